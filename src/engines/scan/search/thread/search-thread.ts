import type { Worker } from "node:worker_threads";
import type { Clock, Timer } from "../../../../base/clock.ts";
import { ScanError } from "../../errors.ts";
import { OverBudgetError } from "../../operators/budget.ts";
import type { Part } from "../../operators/part.ts";
import type { SearchAnswer, SearchJob } from "../job.ts";
import { HeldTexts } from "./held-texts.ts";
import type { SearchReply } from "./messages.ts";

/** Starts a thread that runs `serveSearches`. */
export type StartSearchThread = () => Worker;

const startMs = 30_000;
/** Starts in a row that failed, after which searches fail. */
const maxFailedStarts = 3;

interface Search {
  readonly job: SearchJob;
  readonly part: Part;
  readonly limitMs: number;
  readonly resolve: (done: { readonly answer: SearchAnswer; readonly tookMs: number }) => void;
  readonly reject: (error: Error) => void;
}

interface Running {
  readonly id: number;
  readonly search: Search;
  readonly sinceMs: number;
  readonly timer: Timer;
}

/**
 * One thread for the searches of all responses, one at a time in the order they came. A search that takes longer than
 * its limit ends with the thread; the others wait for a new one and lose nothing. It is started by the first search.
 */
export class SearchThread {
  readonly #clock: Clock;
  readonly #start: StartSearchThread;
  readonly #waiting: Search[] = [];
  readonly #texts = new HeldTexts();
  #worker: Worker | undefined;
  #starting: Timer | undefined;
  #running: Running | undefined;
  #failedStarts = 0;
  #lastId = 0;
  #closed = false;

  constructor(clock: Clock, start: StartSearchThread) {
    this.#clock = clock;
    this.#start = start;
  }

  /**
   * @param limitMs counts from when the thread takes it up
   * @returns the answer, and the milliseconds that it took
   * @throws OverBudgetError when it took longer, or the thread died of it; ScanError `closed`
   */
  run(
    job: SearchJob,
    part: Part,
    limitMs: number,
  ): Promise<{ readonly answer: SearchAnswer; readonly tookMs: number }> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(closedError());
        return;
      }
      this.#waiting.push({ job, part, limitMs, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#rejectAll(closedError());
    await this.#end();
  }

  #next(): void {
    if (this.#running !== undefined || this.#starting !== undefined) return;
    if (this.#worker === undefined) {
      if (this.#waiting.length > 0) this.#startWorker();
      return;
    }
    const search = this.#waiting.shift();
    if (search === undefined) return;
    const { job, part, limitMs } = search;
    const id = ++this.#lastId;
    this.#running = {
      id,
      search,
      sinceMs: this.#clock.monotonicMs(),
      timer: this.#clock.after(limitMs, () => this.#giveUp(OverBudgetError.ofTime(Math.round(limitMs)))),
    };
    const carried = this.#texts.carry(part);
    this.#worker.postMessage({ id, job, ...carried }, carried.text === undefined ? [] : [carried.text.buffer]);
  }

  #startWorker(): void {
    const worker = this.#start();
    this.#worker = worker;
    this.#texts.clear();
    // Timers keep the process alive while something is asked of it.
    worker.unref();
    worker.on("message", (reply: SearchReply) => {
      if (worker === this.#worker) this.#receive(reply);
    });
    worker.on("error", (error) => {
      if (worker === this.#worker) this.#died(error.message);
    });
    worker.on("exit", (code) => {
      if (worker === this.#worker) this.#died(`it ended with code ${code}`);
    });
    this.#starting = this.#clock.after(startMs, () => this.#died(`it was not ready within ${startMs} ms`));
  }

  #receive(reply: SearchReply): void {
    if ("ready" in reply) {
      this.#starting?.cancel();
      this.#starting = undefined;
      this.#failedStarts = 0;
      this.#next();
      return;
    }
    const running = this.#running;
    if (running?.id !== reply.id) return;
    // A library that failed, for want of memory or stack, may not be right any more: the next search gets a new thread.
    if ("failed" in reply) return this.#giveUp(new OverBudgetError(`judging the response failed: ${reply.failed}`));
    this.#running = undefined;
    running.timer.cancel();
    const { resolve, reject } = running.search;
    if ("answer" in reply) resolve({ answer: reply.answer, tookMs: this.#clock.monotonicMs() - running.sinceMs });
    else reject(new OverBudgetError(reply.tooLarge));
    this.#next();
  }

  #died(reason: string): void {
    const message = `the thread that searches responses failed: ${reason}`;
    if (this.#running !== undefined) {
      this.#giveUp(new OverBudgetError(message));
      return;
    }
    void this.#end();
    this.#failedStarts += 1;
    if (this.#failedStarts >= maxFailedStarts) {
      this.#failedStarts = 0;
      this.#rejectAll(new OverBudgetError(message));
    }
    this.#next();
  }

  /** The search that runs is guilty; the others get another thread. */
  #giveUp(error: OverBudgetError): void {
    const running = this.#running;
    this.#running = undefined;
    running?.timer.cancel();
    void this.#end();
    running?.search.reject(error);
    this.#next();
  }

  #rejectAll(error: Error): void {
    const running = this.#running;
    this.#running = undefined;
    running?.timer.cancel();
    running?.search.reject(error);
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  async #end(): Promise<void> {
    this.#starting?.cancel();
    this.#starting = undefined;
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

const closedError = (): ScanError => new ScanError("closed", "the scan engine is closed");
