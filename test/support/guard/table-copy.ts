import assert from "node:assert/strict";
import type { FeedMessage } from "../../../src/actors/guard/guard-port.ts";
import { tableChecksum } from "../../../src/actors/guard/table-checksum.ts";
import type { Interception, InterceptionKey } from "../../../src/shared-memory/index.ts";

type Entries = Map<string, Interception>;

interface Copy {
  sequence: number;
  entries: Entries;
  coming: Entries | undefined;
}

export const textOf = ({ rule, field, subject }: InterceptionKey): string => `${rule} ${field} ${subject}`;

/** What a receiver of the feed has, as the contract says; fails when a message does not fit, or a checksum is wrong. */
export class TableCopy {
  readonly shards = new Map<number, Copy>();
  readonly messages: FeedMessage[] = [];
  anew = 0;

  apply(message: FeedMessage): void {
    this.messages.push(message);
    assert.ok(this.messages[0]?.type === "settings" && (this.messages[1] ?? { type: "rules" }).type === "rules");
    if (message.type !== "changes") return;
    const { shard, afterSequence, sequence, anew, put, dropped, complete, entries, checksum } = message;
    const copy = this.shards.get(shard) ?? { sequence: 0, entries: new Map(), coming: undefined };
    this.shards.set(shard, copy);
    const begins = anew && afterSequence === 0;
    if (!begins) assert.equal(afterSequence, copy.sequence, `shard ${shard}: it does not fit`);
    if (begins) copy.coming = new Map();
    assert.equal(copy.coming !== undefined, anew);
    assert.ok(put.length <= 500 && dropped.length <= 500);
    const changed = copy.coming ?? copy.entries;
    for (const key of dropped) changed.delete(textOf(key));
    for (const one of put) changed.set(textOf(one), one);
    copy.sequence = sequence;
    if (!complete) return;
    copy.entries = changed;
    copy.coming = undefined;
    if (begins || anew) this.anew += 1;
    assert.equal(entries, changed.size, `shard ${shard}: entries`);
    assert.equal(checksum, tableChecksum(changed.values()), `shard ${shard}: checksum`);
  }

  get positions(): readonly { readonly shard: number; readonly sequence: number }[] {
    return [...this.shards].map(([shard, { sequence, coming }]) => ({
      shard,
      sequence: coming === undefined ? sequence : 0,
    }));
  }

  /** Of all shards. */
  all(): readonly Interception[] {
    return [...this.shards.values()].flatMap(({ entries }) => [...entries.values()]);
  }
}
