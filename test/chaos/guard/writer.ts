import { script } from "../../support/script.ts";
import { until } from "../../support/until.ts";
import { NodeChild } from "../node-child.ts";
import { ledgerOf } from "./accesses.ts";
import { readLedger, type WriterLedger } from "./writer-ledger.ts";
import type { WriterCall, WriterReport, WriterSettings } from "./writer-process.ts";

const startMs = 30_000;
const answerMs = 10_000;
const endMs = 10_000;

/** One life of a front end's process, seen from outside. It does not outlive this process, frozen or not. */
export class Writer extends NodeChild<WriterReport | "ready", WriterCall> {
  readonly name: string;
  readonly #ledgerPath: string;
  #isReady = false;
  #isKilled = false;
  #answered: ((report: WriterReport) => void) | undefined;

  private constructor(settings: WriterSettings) {
    super(script("writer-process", import.meta.url), settings);
    this.name = settings.name;
    this.#ledgerPath = settings.ledgerPath;
  }

  /** Resolves when it waits for `go`. */
  static async start(folder: string, ledgers: string, name: string): Promise<Writer> {
    const writer = new Writer({ folder, name, ledgerPath: ledgerOf(ledgers, name) });
    try {
      await until(
        () => writer.#isReady || writer.exit !== undefined,
        () => writer.said,
        startMs,
      );
      if (writer.exit === undefined) return writer;
      throw new Error(`a writer has ended before it began: ${writer.said}`);
    } catch (error) {
      await writer.kill();
      throw error;
    }
  }

  /** By `kill`, and not by itself before that. */
  get isKilled(): boolean {
    return this.#isKilled;
  }

  get ledger(): WriterLedger {
    return readLedger(this.#ledgerPath);
  }

  /** What it has seen since the last report; undefined when it answers nothing for ten seconds. */
  report(): Promise<WriterReport | undefined> {
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(undefined), answerMs);
      this.#answered = (report) => {
        clearTimeout(late);
        resolve(report);
      };
      this.send("report");
    });
  }

  /** Frozen or not. */
  override async kill(): ReturnType<NodeChild<never, WriterCall>["kill"]> {
    this.#isKilled ||= this.exit === undefined;
    return super.kill();
  }

  /** Has it write all that it has; one that does not in time is killed. */
  async end(): Promise<void> {
    this.send("end");
    await until(
      () => this.exit !== undefined,
      () => this.said,
      endMs,
    ).catch(() => this.kill());
  }

  protected override heard(says: WriterReport | "ready"): void {
    if (says === "ready") this.#isReady = true;
    else this.#answered?.(says);
  }
}
