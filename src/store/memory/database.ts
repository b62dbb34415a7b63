import type { Clock } from "../../base/clock.ts";
import { execute, type CommandName, type Commands } from "../model/commands.ts";
import { ask, type Queries, type QueryName } from "../model/queries.ts";
import type { Retention } from "../model/unit.ts";
import { OrderedMap } from "./ordered-map.ts";

/** A space has reached a revision. */
export type RevisionListener = (space: string, revision: number) => void;

/**
 * What every handle of a memory store shares, as processes of one machine share a directory. It lives as long as the
 * object does.
 */
export class MemoryDatabase {
  readonly clock: Clock;
  readonly #map: OrderedMap;
  readonly #retention: Retention;
  /** Store time minus the monotonic clock. */
  readonly #offsetMs: number;
  readonly #listeners = new Set<RevisionListener>();

  constructor(clock: Clock, retention: Retention, map = new OrderedMap()) {
    this.clock = clock;
    this.#map = map;
    this.#retention = retention;
    this.#offsetMs = clock.wallMs() - clock.monotonicMs();
  }

  execute<Name extends CommandName>(
    space: string,
    name: Name,
    input: Commands[Name]["input"],
  ): Commands[Name]["output"] {
    const execution = { space, nowMs: this.#nowMs(), retention: this.#retention };
    const { output, revision } = execute(this.#map, execution, name, input);
    if (revision !== undefined) for (const listener of this.#listeners) listener(space, revision);
    return output;
  }

  ask<Name extends QueryName>(space: string, name: Name, input: Queries[Name]["input"]): Queries[Name]["output"] {
    return ask(this.#map, { space, nowMs: this.#nowMs() }, name, input);
  }

  toHolderMs(storeMs: number): number {
    return storeMs - this.#offsetMs;
  }

  /** Calls `listener` for each commit, until the returned function is called. */
  listen(listener: RevisionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #nowMs(): number {
    return this.clock.monotonicMs() + this.#offsetMs;
  }
}
