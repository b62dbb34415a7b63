import type { Clock } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import type { Logger } from "../../../kernel/index.ts";

/** All steps together; whoever waits for this process to end has to wait a little longer. */
export const closingMs = 20_000;
/** What is left of it for each later step, so that one that hangs does not keep the node from saying that it leaves. */
const reserveMs = 500;

interface Step {
  readonly what: string;
  readonly close: () => unknown;
}

/** What has to be closed when a node ends: the last that was opened comes first, and none of them can keep the others open. */
export class Closing {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #steps: Step[] = [];

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  add(what: string, close: () => unknown): void {
    this.#steps.push({ what, close });
  }

  /** Takes every step. One that fails is logged; one that is not done when the time is up is left, and the next ones are begun. Never rejects. */
  async close(): Promise<void> {
    const untilMs = this.#clock.monotonicMs() + closingMs;
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      const laterMs = this.#steps.length * reserveMs;
      await this.#take(step, Math.max(0, untilMs - laterMs - this.#clock.monotonicMs()));
    }
  }

  async #take({ what, close }: Step, leftMs: number): Promise<void> {
    let tooLate = (): void => undefined;
    const late = new Promise<"late">((resolve) => (tooLate = () => resolve("late")));
    const timer = this.#clock.after(leftMs, tooLate);
    try {
      const done = Promise.resolve().then(close);
      if ((await Promise.race([done, late])) === "late") {
        this.#log.error({ what }, "not closed in time while the node ended");
        done.catch(() => undefined);
      }
    } catch (error) {
      this.#log.error({ what, err: asError(error) }, "could not be closed while the node ended");
    } finally {
      timer.cancel();
    }
  }
}
