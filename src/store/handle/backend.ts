import type { Clock } from "../../base/clock.ts";
import type { CommandName, Commands } from "../model/commands.ts";
import type { Queries, QueryName } from "../model/queries.ts";

/**
 * What an adapter gives: a way to the model. Everything above it (checks, encoding, deadlines on the holder's clock)
 * is the same for every adapter.
 */
export interface Backend {
  /** The clock of the holder of claims, leases and slots. */
  readonly clock: Clock;
  /** Runs one command; resolves once it is durable. Rejects with a `StoreError`. */
  execute<Name extends CommandName>(
    space: string,
    name: Name,
    input: Commands[Name]["input"],
  ): Promise<Commands[Name]["output"]>;
  /** Runs one query on a snapshot that is not older than the call. */
  ask<Name extends QueryName>(
    space: string,
    name: Name,
    input: Queries[Name]["input"],
  ): Promise<Queries[Name]["output"]>;
  /** As `Space.changed`. */
  changed(space: string, seen: number, timeoutMs: number): Promise<number>;
  /** An instant of the store's clock on the holder's clock. */
  toHolderMs(storeMs: number): number;
}
