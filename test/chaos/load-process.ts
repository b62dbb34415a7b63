import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { script } from "../support/script.ts";
import { until } from "../support/until.ts";
import type { LoadReport, LoadSettings } from "./store-load.ts";

const { file, execArgv } = script("store-load", import.meta.url);

/** The parent's end of one `store-load` process, which it starts and has to `end`. */
export class LoadProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  #latest: LoadReport | undefined;
  #highestLagMs = 0;
  #highestRssBytes = 0;
  #ended = false;

  constructor(settings: LoadSettings) {
    this.name = settings.name;
    this.#child = fork(file, [JSON.stringify(settings)], {
      execArgv: [...execArgv],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#child.on("message", (report: LoadReport) => {
      this.#latest = report;
      this.#highestLagMs = Math.max(this.#highestLagMs, report.lagMs);
      this.#highestRssBytes = Math.max(this.#highestRssBytes, report.rssBytes);
    });
    this.#child.on("exit", () => {
      this.#ended = true;
    });
  }

  get finished(): number {
    return this.#latest?.finished ?? 0;
  }
  get deadlines(): number {
    return this.#latest?.deadlines ?? 0;
  }
  get reads(): number {
    return this.#latest?.reads ?? 0;
  }
  get failedReads(): number {
    return this.#latest?.failedReads ?? 0;
  }
  /** Since the last `resetPeaks`. */
  get highestLagMs(): number {
    return this.#highestLagMs;
  }
  get highestRssBytes(): number {
    return this.#highestRssBytes;
  }

  resetPeaks(): void {
    this.#highestLagMs = 0;
    this.#highestRssBytes = 0;
  }

  /** Waits until it finishes more than it has by now. */
  async progress(deadlineMs: number): Promise<void> {
    const before = this.finished;
    await until(
      () => this.finished > before,
      () => ({ name: this.name, ended: this.#ended, latest: this.#latest }),
      deadlineMs,
    );
  }

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    if (this.#ended) return;
    this.#child.kill("SIGKILL");
    if (!this.#ended) await once(this.#child, "exit");
  }

  /** Adds no more, finishes what there is, ends. */
  async drain(deadlineMs: number): Promise<void> {
    this.#child.send("drain");
    await until(
      () => this.#ended,
      () => ({ name: this.name, latest: this.#latest }),
      deadlineMs,
    );
    if (this.#latest?.drained !== true) throw new Error(`${this.name} ended before it had drained`);
  }
}
