import type { Interception } from "../../../../src/shared-memory/index.ts";
import type { ShardWorld } from "../shard-world.ts";

/** The table of a shard as a follower has it, who is told of changes only. */
export class TableCopy {
  readonly #world: ShardWorld;
  readonly #entries = new Map<string, Interception>();
  #sequence = 0;

  constructor(world: ShardWorld) {
    this.#world = world;
  }

  /** `RULE SUBJECT UNTIL` of each interception that holds, in order, after it has followed. @param nowMs before that */
  async holding(nowMs: number): Promise<readonly string[]> {
    for (let more = true; more;) {
      const changes = await this.#world.follow("copy", this.#sequence);
      if (changes.anew && changes.afterSequence === 0) this.#entries.clear();
      for (const entry of changes.put) this.#entries.set(`${entry.rule} ${entry.field} ${entry.subject}`, entry);
      for (const { rule, field, subject } of changes.dropped) this.#entries.delete(`${rule} ${field} ${subject}`);
      this.#sequence = changes.sequence;
      more = changes.more;
    }
    return [...this.#entries.values()]
      .filter(({ untilMs }) => untilMs > nowMs)
      .map(({ rule, subject, untilMs }) => `${rule} ${subject} ${untilMs}`)
      .toSorted();
  }
}
