import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { systemClock } from "../../../src/base/clock.ts";
import { endWithParent } from "../../../src/bin/node/end-with-parent.ts";
import type { LinkCounts, LinkView } from "../../../src/cluster/index.ts";
import type { Script } from "../../support/script.ts";
import type { FleetNodeHears, FleetNodeSays, FleetNodeSettings } from "./fleet-node.ts";

const keptOutput = 4_000;
const pageBytes = 4_096;

export interface FleetExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** On the machine's monotonic clock. */
  readonly atMs: number;
}

/** One life of a node: a process that this one starts and has to end. */
export class FleetProcess {
  readonly settings: FleetNodeSettings;
  /** Resolves when it is gone. Never rejects. */
  readonly gone: Promise<FleetExit>;
  readonly #child: ChildProcess;
  #ready: { readonly incarnation: string; readonly address: string } | undefined;
  #links: readonly LinkView[] = [];
  #counts: LinkCounts | undefined;
  #exit: FleetExit | undefined;
  #frozen = false;
  #said = "";

  constructor({ file, execArgv }: Script, settings: FleetNodeSettings) {
    this.settings = settings;
    const { command, args } = endWithParent(process.execPath, [...execArgv, file, JSON.stringify(settings)]);
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.#child = child;
    const keep = (text: string): void => void (this.#said = (this.#said + text).slice(-keptOutput));
    child.stdout?.setEncoding("utf8").on("data", keep);
    child.stderr?.setEncoding("utf8").on("data", keep);
    child.on("message", (says: FleetNodeSays) => {
      if (says.type === "ready") this.#ready = says;
      else [this.#links, this.#counts] = [says.links, says.counts];
    });
    child.on("error", (error) => keep(error.message));
    this.gone = once(child, "exit").then(([code, signal]) => {
      const exit = { code: code as number | null, signal: signal as NodeJS.Signals | null };
      return (this.#exit = { ...exit, atMs: systemClock.monotonicMs() });
    });
  }

  /** `undefined` until it takes part in the cluster. */
  get incarnation(): string | undefined {
    return this.#ready?.incarnation;
  }

  /** Of its control service; empty until it takes part. */
  get address(): string {
    return this.#ready?.address ?? "";
  }

  get exit(): FleetExit | undefined {
    return this.#exit;
  }

  /** It takes part and runs. */
  get runs(): boolean {
    return this.#ready !== undefined && this.#exit === undefined && !this.#frozen;
  }

  /** What it last said of its links. */
  get links(): readonly LinkView[] {
    return this.#links;
  }

  /** What it last said that its links have counted. */
  get linkCounts(): LinkCounts | undefined {
    return this.#counts;
  }

  /** The end of what it printed. */
  get said(): string {
    return this.#said;
  }

  /** Resident memory in bytes; 0 when it is gone. */
  resident(): number {
    try {
      return Number(readFileSync(`/proc/${this.#child.pid}/statm`, "utf8").split(" ")[1]) * pageBytes;
    } catch {
      return 0;
    }
  }

  send(message: FleetNodeHears): void {
    if (this.#exit === undefined && this.#child.connected) this.#child.send(message, () => undefined);
  }

  freeze(): void {
    if (this.#exit !== undefined) return;
    this.#frozen = true;
    this.#child.kill("SIGSTOP");
  }

  thaw(): void {
    if (this.#exit === undefined) this.#child.kill("SIGCONT");
    this.#frozen = false;
  }

  async kill(): Promise<FleetExit> {
    if (this.#exit === undefined) this.#child.kill("SIGKILL");
    return this.gone;
  }
}
