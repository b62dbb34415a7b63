import type { Clock } from "../../../src/base/clock.ts";
import type { Logger } from "../../../src/kernel/index.ts";
import { DeadLetters } from "../../../src/kernel/mail/dead-letters.ts";

/**
 * The dead letters that what carries messages between nodes makes, in a book of their own: the kernel counts as sent only what reached a
 * mailbox of its own, so its sums hold for its own dead letters alone. Among those of the others are some of actors that had stopped before the message came.
 */
export class ClusterLetters extends DeadLetters {
  readonly #kernels: DeadLetters;
  #recorded = 0;

  constructor(kernels: DeadLetters, clock: Clock, log: Logger) {
    super(clock, log);
    this.#kernels = kernels;
  }

  /** Those of this book. */
  get recorded(): number {
    return this.#recorded;
  }

  /** Those of the kernel's book. */
  override get ofActors(): number {
    return this.#kernels.ofActors;
  }

  override record(...letter: Parameters<DeadLetters["record"]>): void {
    this.#recorded += 1;
    super.record(...letter);
  }
}
