import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { systemClock } from "../../../src/base/clock.ts";
import { endWithParent } from "../../../src/bin/node/end-with-parent.ts";
import { script } from "../../support/script.ts";
import { OwnerLogReader, type OwnerEvent } from "./owner-log.ts";
import type { OwnerNodeReady, OwnerNodeSettings } from "./owner-node.ts";

const { file, execArgv } = script("owner-node", import.meta.url);
const keptOutput = 2_000;

/** How a process ended and when, on the machine's monotonic clock. */
export interface OwnerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly atMs: number;
}

/** One incarnation of a node: a process that this one starts, has to end, and which does not outlive it. */
export class OwnerProcess {
  /** Names it in the logs. */
  readonly writer: string;
  /** Resolves when it is gone. Never rejects. */
  readonly gone: Promise<OwnerExit>;
  readonly #child: ChildProcess;
  readonly #log: OwnerLogReader;
  #incarnation: string | undefined;
  #exit: OwnerExit | undefined;
  #frozen = false;
  #killedAtMs: number | undefined;
  #said = "";

  constructor(writer: string, settings: OwnerNodeSettings) {
    this.writer = writer;
    this.#log = new OwnerLogReader(settings.log, writer);
    const { command, args } = endWithParent(process.execPath, [...execArgv, file, JSON.stringify(settings)]);
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.#child = child;
    const keep = (text: string): void => void (this.#said = (this.#said + text).slice(-keptOutput));
    child.stdout?.setEncoding("utf8").on("data", keep);
    child.stderr?.setEncoding("utf8").on("data", keep);
    child.on("message", ({ incarnation }: OwnerNodeReady) => (this.#incarnation = incarnation));
    child.on("error", (error) => keep(error.message));
    this.gone = once(child, "exit").then(([code, signal]) => {
      const exit = { code: code as number | null, signal: signal as NodeJS.Signals | null };
      return (this.#exit = { ...exit, atMs: systemClock.monotonicMs() });
    });
  }

  /** Of the node; `undefined` until it takes part in the cluster. */
  get incarnation(): string | undefined {
    return this.#incarnation;
  }

  get exit(): OwnerExit | undefined {
    return this.#exit;
  }

  /** When it was killed, on the machine's monotonic clock. */
  get killedAtMs(): number | undefined {
    return this.#killedAtMs;
  }

  /** It takes part in the cluster and runs. */
  get runs(): boolean {
    return this.#incarnation !== undefined && this.#exit === undefined && !this.#frozen;
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.writer} could not be started: ${this.#said}`);
    return this.#child.pid;
  }

  /** The end of what it printed. */
  get said(): string {
    return this.#said;
  }

  /** What its owners have written down since this was last asked. */
  news(): OwnerEvent[] {
    return this.#log.more();
  }

  /** Freezes it by a means of the caller's. */
  async freeze(stop: (pid: number) => Promise<void>): Promise<void> {
    this.#frozen = true;
    await stop(this.pid);
  }

  thaw(): void {
    if (this.#exit === undefined) this.#child.kill("SIGCONT");
    this.#frozen = false;
  }

  async kill(): Promise<OwnerExit> {
    if (this.#exit === undefined) {
      this.#killedAtMs = systemClock.monotonicMs();
      this.#child.kill("SIGKILL");
    }
    return this.gone;
  }

  /** Asks it to leave in order. */
  drain(): void {
    if (this.#exit === undefined && this.#child.connected) this.#child.send("drain", () => undefined);
  }

  closeLog(): void {
    this.#log.close();
  }
}
