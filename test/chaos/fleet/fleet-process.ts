import { readFileSync } from "node:fs";
import type { LinkCounts, LinkView } from "../../../src/cluster/index.ts";
import type { Script } from "../../support/script.ts";
import { NodeChild } from "../node-child.ts";
import type { FleetNodeHears, FleetNodeSays, FleetNodeSettings } from "./fleet-node.ts";

const pageBytes = 4_096;

/** One life of a node of a fleet, and what it says of itself. */
export class FleetProcess extends NodeChild<FleetNodeSays, FleetNodeHears> {
  readonly settings: FleetNodeSettings;
  #ready: { readonly incarnation: string; readonly address: string } | undefined;
  #links: readonly LinkView[] = [];
  #counts: LinkCounts | undefined;

  constructor(script: Script, settings: FleetNodeSettings) {
    super(script, settings);
    this.settings = settings;
  }

  /** `undefined` until it takes part in the cluster. */
  get incarnation(): string | undefined {
    return this.#ready?.incarnation;
  }

  /** Of its control service; empty until it takes part. */
  get address(): string {
    return this.#ready?.address ?? "";
  }

  /** It takes part and runs. */
  get runs(): boolean {
    return this.#ready !== undefined && this.moves;
  }

  /** What it last said of its links. */
  get links(): readonly LinkView[] {
    return this.#links;
  }

  /** What it last said that its links have counted. */
  get linkCounts(): LinkCounts | undefined {
    return this.#counts;
  }

  /** Resident memory in bytes; 0 when it is gone. */
  resident(): number {
    try {
      return Number(readFileSync(`/proc/${this.pid}/statm`, "utf8").split(" ")[1]) * pageBytes;
    } catch {
      return 0;
    }
  }

  protected override heard(says: FleetNodeSays): void {
    if (says.type === "ready") this.#ready = says;
    else [this.#links, this.#counts] = [says.links, says.counts];
  }
}
