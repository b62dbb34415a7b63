import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import type { AskTable } from "./ask.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Dispatcher, DispatcherName } from "./dispatcher.ts";
import type { Logger } from "./logger.ts";

/** Sums over all actors that have stopped; those alive carry their own counters. */
export interface RetiredCounters {
  sent: number;
  handled: number;
  dropped: number;
  failures: number;
  restarts: number;
  abandoned: number;
}

/** What all cells of a node share. */
export interface KernelServices {
  readonly node: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly asks: AskTable;
  readonly deadLetters: DeadLetters;
  readonly dispatchers: Readonly<Record<DispatcherName, Dispatcher>>;
  readonly retired: RetiredCounters;
  nextIncarnation(): number;
  /** The root failed: the node has to stop. */
  fatal(error: Error): void;
}
