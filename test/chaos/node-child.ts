import { spawn, type ChildProcess, type Serializable } from "node:child_process";
import { once } from "node:events";
import { systemClock } from "../../src/base/clock.ts";
import { endWithParent } from "../../src/bin/node/process/end-with-parent.ts";
import type { Script } from "../support/script.ts";

const keptOutput = 4_000;

/** How a process ended and when, on the machine's monotonic clock. */
export interface NodeExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly atMs: number;
}

/** One life of a node: a process that this one starts, has to end, and which does not outlive it. */
export abstract class NodeChild<Says, Hears extends Serializable> {
  /** Resolves when it is gone. Never rejects. */
  readonly gone: Promise<NodeExit>;
  readonly #child: ChildProcess;
  #exit: NodeExit | undefined;
  #frozen = false;
  #said = "";

  /** @param settings what the script is told, as JSON */
  constructor({ file, execArgv }: Script, settings: object) {
    const { command, args } = endWithParent(process.execPath, [...execArgv, file, JSON.stringify(settings)]);
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.#child = child;
    const keep = (text: string): void => void (this.#said = (this.#said + text).slice(-keptOutput));
    child.stdout?.setEncoding("utf8").on("data", keep);
    child.stderr?.setEncoding("utf8").on("data", keep);
    child.on("message", (says) => this.heard(says as Says));
    child.on("error", (error) => keep(error.message));
    this.gone = once(child, "exit").then(([code, signal]) => {
      const exit = { code: code as number | null, signal: signal as NodeJS.Signals | null };
      return (this.#exit = { ...exit, atMs: systemClock.monotonicMs() });
    });
  }

  get exit(): NodeExit | undefined {
    return this.#exit;
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`a process could not be started: ${this.#said}`);
    return this.#child.pid;
  }

  /** The end of what it printed. */
  get said(): string {
    return this.#said;
  }

  /** It has not ended and is not frozen. */
  protected get moves(): boolean {
    return this.#exit === undefined && !this.#frozen;
  }

  protected abstract heard(says: Says): void;

  send(message: Hears): void {
    if (this.#exit === undefined && this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Freezes it, by SIGSTOP or by a means of the caller's. */
  async freeze(stop?: (pid: number) => Promise<void>): Promise<void> {
    if (this.#exit !== undefined) return;
    this.#frozen = true;
    if (stop === undefined) this.#child.kill("SIGSTOP");
    else await stop(this.pid);
  }

  thaw(): void {
    if (this.#exit === undefined) this.#child.kill("SIGCONT");
    this.#frozen = false;
  }

  async kill(): Promise<NodeExit> {
    if (this.#exit === undefined) this.#child.kill("SIGKILL");
    return this.gone;
  }
}
