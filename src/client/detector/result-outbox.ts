import type { Clock } from "../../base/clock.ts";
import { pause } from "../../base/pause.ts";
import { maxResultsPerMessage, type AssignedTask, type TaskResult } from "../../wire/index.ts";
import { ClientError } from "../errors.ts";
import { messageBatches } from "../message-batches.ts";
import { Bell } from "./bell.ts";
import { executionKey } from "./execution-key.ts";
import type { RelayCalls } from "./relay-calls.ts";

const firstPauseMs = 100;
const longestPauseMs = 2_000;

export interface ResultOutboxSetup {
  readonly calls: Pick<RelayCalls, "report">;
  readonly clock: Clock;
  /** Some are with the relay, or refused for good. */
  readonly onGone: () => void;
  /** The relay did not take them now. They are sent again. */
  readonly onFailure: (error: ClientError) => void;
  /** The relay will never take them. */
  readonly onRefused: (results: number, error: ClientError) => void;
}

/** Results on their way to the relay, sent again until it has them. It has only as many as the detector holds tasks. */
export class ResultOutbox {
  readonly #setup: ResultOutboxSetup;
  readonly #bell = new Bell();
  #results: readonly TaskResult[] = [];

  constructor(setup: ResultOutboxSetup) {
    this.#setup = setup;
  }

  get size(): number {
    return this.#results.length;
  }

  add(result: TaskResult): void {
    this.#results = [...this.#results, result];
    this.#bell.ring();
  }

  /** The relay has given these again: an error that it has not heard of may come from an object that it had taken away. */
  forgetErrors(tasks: readonly AssignedTask[]): void {
    const again = new Set(tasks.map(executionKey));
    this.#results = this.#results.filter((said) => said.result.outcome !== "error" || !again.has(executionKey(said)));
    this.#bell.ring();
  }

  /** Sends what comes, until the signal is aborted. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      const [batch] = messageBatches(this.#results, maxResultsPerMessage);
      if (batch === undefined) await this.#bell.next(signal);
      else if (await this.#send(batch, signal)) pauseMs = firstPauseMs;
      else {
        await pause(this.#setup.clock, pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    }
  }

  /** Resolves when nothing is left, or the signal is aborted. */
  async emptied(signal: AbortSignal): Promise<void> {
    while (this.#results.length > 0 && !signal.aborted) await this.#bell.next(signal);
  }

  async #send(batch: readonly TaskResult[], signal: AbortSignal): Promise<boolean> {
    const { calls, onGone, onFailure, onRefused } = this.#setup;
    try {
      await calls.report(batch, signal);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      if (error.code !== "invalid") {
        if (!signal.aborted) onFailure(error);
        return false;
      }
      onRefused(batch.length, error);
    }
    const sent = new Set(batch);
    this.#results = this.#results.filter((result) => !sent.has(result));
    this.#bell.ring();
    onGone();
    return true;
  }
}
