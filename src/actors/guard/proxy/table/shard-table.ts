import { manualRule } from "../../../../engines/intercept/index.ts";
import type { Interception, TableChange } from "../../../../shared-memory/index.ts";
import type { FeedChanges } from "../../guard-port.ts";
import { ShardEntries } from "./shard-entries.ts";
import { steps } from "./steps.ts";

/** More than any shard lets be active. */
const mostEntries = 1_000_000;

/** The table of one shard as the feed tells it. What is in force stays until what comes in its place is whole. */
export class ShardTable {
  readonly #assigned: ReadonlySet<number>;
  #entries: ShardEntries;
  #position: number | undefined;
  /** `sequence` of the message before, of this subscription; undefined before the first one, if nothing is known of the shard. */
  #last: number | undefined;
  /** The table that is to come. */
  #coming: ShardEntries | undefined;

  /**
   * @param assigned rules of which entries may come, beside manual blocks; none: all
   * @param entries what was in force before
   */
  constructor(assigned: ReadonlySet<number>, entries: ShardEntries) {
    this.#assigned = assigned;
    this.#entries = entries;
  }

  get entries(): ShardEntries {
    return this.#entries;
  }

  /** Up to which sequence all of it is here; undefined: it was never, or is not any more. */
  get position(): number | undefined {
    return this.#position;
  }

  /** A subscription begins at `position`. */
  begin(): void {
    this.#coming = undefined;
    this.#last = this.#position;
  }

  /** What is here may be wrong: the next subscription gets all of it. */
  forgetPosition(): void {
    this.#position = undefined;
  }

  /** @returns the steps of the table in force; or why the message does not fit, as a text */
  apply(changes: FeedChanges): readonly TableChange[] | string {
    const { afterSequence, sequence, anew, put, dropped, complete } = changes;
    const stranger = put.find((entry) => !this.#isAssigned(entry));
    if (stranger !== undefined) return `an entry of rule ${stranger.rule}, which is not assigned to this host`;
    if (anew && afterSequence === 0) this.#coming = new ShardEntries();
    else if (afterSequence !== this.#last) return `changes after ${afterSequence} instead of ${this.#last ?? "all"}`;
    const entries = this.#coming ?? this.#entries;
    if (entries.size + put.length > mostEntries) return `more than ${mostEntries} entries`;
    this.#last = sequence;
    const changedPut = put.filter((entry) => entries.put(entry));
    const changedDropped = dropped.filter((key) => entries.drop(key));
    if (complete && (entries.size !== changes.entries || entries.checksum !== changes.checksum)) {
      return `${entries.size} entries that are not those of the service, which has ${changes.entries}`;
    }
    if (complete) this.#position = sequence;
    if (this.#coming === undefined) return steps(changedPut, changedDropped);
    return complete ? this.#takeUp(this.#coming) : [];
  }

  #takeUp(coming: ShardEntries): readonly TableChange[] {
    const { put, dropped } = this.#entries.changesTo(coming);
    this.#entries = coming;
    this.#coming = undefined;
    return steps(put, dropped);
  }

  #isAssigned({ rule }: Interception): boolean {
    return rule === manualRule || this.#assigned.size === 0 || this.#assigned.has(rule);
  }
}
