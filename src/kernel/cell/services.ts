import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { Tracing } from "../../base/tracing.ts";
import type { AskTable } from "../mail/ask.ts";
import type { Counters } from "./counters.ts";
import type { DeadLetters } from "../mail/dead-letters.ts";
import type { Dispatcher, DispatcherName } from "../dispatch/dispatcher.ts";
import type { Logger } from "../logger.ts";
import type { ShardPort } from "../remote/shard-port.ts";

/** What all cells of a node share. */
export interface KernelServices {
  readonly node: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly tracing: Tracing;
  readonly log: Logger;
  readonly asks: AskTable;
  readonly deadLetters: DeadLetters;
  readonly dispatchers: Readonly<Record<DispatcherName, Dispatcher>>;
  /** Sums over all actors that have stopped; those alive carry their own counters. */
  readonly retired: Counters;
  /** Set once the node is part of a cluster. */
  shards: ShardPort | undefined;
  nextIncarnation(): number;
  /** The root failed: the node has to stop. */
  fatal(error: Error): void;
}
