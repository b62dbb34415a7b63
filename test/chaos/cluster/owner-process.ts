import { systemClock } from "../../../src/base/clock.ts";
import { script } from "../../support/script.ts";
import { NodeChild, type NodeExit } from "../node-child.ts";
import { OwnerLogReader, type OwnerEvent } from "./owner-log.ts";
import type { OwnerNodeReady, OwnerNodeSettings } from "./owner-node.ts";

const ownerNode = script("owner-node", import.meta.url);

/** One incarnation of a node, and what its owners write down. */
export class OwnerProcess extends NodeChild<OwnerNodeReady, "drain"> {
  /** Names it in the logs. */
  readonly writer: string;
  readonly #log: OwnerLogReader;
  #incarnation: string | undefined;
  #killedAtMs: number | undefined;

  constructor(writer: string, settings: OwnerNodeSettings) {
    super(ownerNode, settings);
    this.writer = writer;
    this.#log = new OwnerLogReader(settings.log, writer);
  }

  /** Of the node; `undefined` until it takes part in the cluster. */
  get incarnation(): string | undefined {
    return this.#incarnation;
  }

  /** When it was killed, on the machine's monotonic clock. */
  get killedAtMs(): number | undefined {
    return this.#killedAtMs;
  }

  /** It takes part in the cluster and runs. */
  get runs(): boolean {
    return this.#incarnation !== undefined && this.moves;
  }

  /** What its owners have written down since this was last asked. */
  news(): OwnerEvent[] {
    return this.#log.more();
  }

  override async kill(): Promise<NodeExit> {
    if (this.exit === undefined) this.#killedAtMs = systemClock.monotonicMs();
    return super.kill();
  }

  /** Asks it to leave in order. */
  drain(): void {
    this.send("drain");
  }

  closeLog(): void {
    this.#log.close();
  }

  protected override heard({ incarnation }: OwnerNodeReady): void {
    this.#incarnation = incarnation;
  }
}
