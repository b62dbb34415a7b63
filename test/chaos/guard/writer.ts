import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { script } from "../../support/script.ts";
import { ledgerOf } from "./accesses.ts";
import { readLedger, type WriterLedger } from "./writer-ledger.ts";
import type { WriterCall, WriterReport } from "./writer-process.ts";

const startMs = 30_000;
const answerMs = 10_000;
const endMs = 10_000;

/** One life of a front end's process, seen from outside. */
export class Writer {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #ledgerPath: string;
  #killed = false;

  private constructor(name: string, process: ChildProcess, ledgerPath: string) {
    this.name = name;
    this.#process = process;
    this.#ledgerPath = ledgerPath;
  }

  /** Resolves when it is about to check its first access. */
  static async start(shared: string, ledgers: string, name: string): Promise<Writer> {
    const { file, execArgv } = script("writer-process", import.meta.url);
    const path = ledgerOf(ledgers, name);
    const child = fork(file, [shared, name, path], { execArgv: [...execArgv] });
    const writer = new Writer(name, child, path);
    try {
      await once(child, "message", { signal: AbortSignal.timeout(startMs) });
      return writer;
    } catch (error) {
      await writer.kill();
      throw error;
    }
  }

  get killed(): boolean {
    return this.#killed;
  }

  get ledger(): WriterLedger {
    return readLedger(this.#ledgerPath);
  }

  tell(call: WriterCall): void {
    this.#process.send(call);
  }

  /** What it has seen since the last report; undefined when it answers nothing for ten seconds. */
  async report(): Promise<WriterReport | undefined> {
    const answer = once(this.#process, "message", { signal: AbortSignal.timeout(answerMs) });
    this.tell("report");
    return answer.then(
      ([report]) => report as WriterReport,
      () => undefined,
    );
  }

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#process.kill(signal);
  }

  /** Frozen or not. */
  async kill(): Promise<void> {
    this.#killed = true;
    await this.#gone(() => this.#process.kill("SIGKILL"));
  }

  /** Has it write all that it has. */
  async end(): Promise<void> {
    await this.#gone(() => this.tell("end"));
  }

  async #gone(cause: () => void): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, "exit", { signal: AbortSignal.timeout(endMs) });
    cause();
    await exit;
  }
}
