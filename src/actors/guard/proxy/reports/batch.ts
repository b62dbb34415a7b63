import type { Clock } from "../../../../base/clock.ts";
import { shardOf } from "../../../../cluster/index.ts";
import type { AccessRow } from "../../../../shared-memory/index.ts";
import { mostPartRows } from "../../guard-port.ts";
import type { ReportCondition } from "../settings.ts";
import type { PartRows } from "../spool/spool.ts";
import { rowBytes } from "./row-bounds.ts";

/** Of the rows of one part; the bound is 128 KiB with all. */
const mostPartBytes = 120 * 1024;

/** Rows of one shard, in pieces that are parts. */
interface Filling {
  readonly parts: AccessRow[][];
  /** Of the last piece. */
  bytes: number;
}

/** What was read and is not in the spool. */
export class Batch {
  readonly shards: number;
  readonly #clock: Clock;
  readonly #filling = new Map<number, Filling>();
  #records = 0;
  #bytes = 0;
  #accesses = 0;
  /** Begin of the oldest access, by the wall clock of the host, which may jump; and when the first one was read. */
  #oldestMs = Infinity;
  #beganMs = 0;

  constructor(shards: number, clock: Clock) {
    this.shards = shards;
    this.#clock = clock;
  }

  /** In the shared memory. */
  get bytes(): number {
    return this.#bytes;
  }

  get records(): number {
    return this.#records;
  }

  get accesses(): number {
    return this.#accesses;
  }

  /**
   * Takes the rows of one payload.
   * @param bytes that they took in the shared memory
   * @returns how many of them were left out, because no front end makes such rows
   */
  add(rows: readonly AccessRow[], bytes: number): number {
    let left = 0;
    if (this.#records === 0) this.#beganMs = this.#clock.monotonicMs();
    this.#bytes += bytes;
    for (const row of rows) left += this.#addRow(row) ? 0 : 1;
    return left;
  }

  /** How long until the age of the oldest access makes a report due; undefined while there is none. */
  dueInMs({ ageMs }: ReportCondition): number | undefined {
    if (this.#records === 0) return undefined;
    const sinceRead = this.#clock.monotonicMs() - this.#beganMs;
    return Math.max(0, ageMs - Math.max(sinceRead, this.#clock.wallMs() - this.#oldestMs));
  }

  isFull({ records, bytes }: ReportCondition): boolean {
    return this.#records >= records || this.#bytes >= bytes;
  }

  /** In the order in which they were read. */
  parts(): readonly PartRows[] {
    return [...this.#filling].flatMap(([shard, { parts }]) => parts.map((rows) => ({ shard, rows })));
  }

  #addRow(row: AccessRow): boolean {
    const bytes = rowBytes(row);
    if (bytes === undefined) return false;
    const shard = shardOf(row.subject, this.shards);
    const filling = this.#filling.get(shard) ?? { parts: [[]], bytes: 0 };
    this.#filling.set(shard, filling);
    const last = filling.parts.at(-1);
    if (last === undefined || last.length >= mostPartRows || filling.bytes + bytes > mostPartBytes) {
      filling.parts.push([row]);
      filling.bytes = bytes;
    } else {
      last.push(row);
      filling.bytes += bytes;
    }
    this.#records += 1;
    this.#accesses += row.passed + row.intercepted;
    this.#oldestMs = Math.min(this.#oldestMs, row.atMs);
    return true;
  }
}
