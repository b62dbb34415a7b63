import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../../../base/clock.ts";
import type { Random } from "../../../../base/random.ts";
import type { AccessRow } from "../../../../shared-memory/index.ts";
import { bootId } from "./boot-id.ts";
import { decodeSpoolHead, encodeSpoolHead, type SpoolHead } from "./spool-head.ts";
import { decodeRows, encodeRows, parsePartFile, partFile, type SpooledPart } from "./spooled-part.ts";

/** Rows of one shard that become one part. */
export interface PartRows {
  readonly shard: number;
  readonly rows: readonly AccessRow[];
}

const headFile = "head.json";
/** Less than that no file takes on a disk. */
const leastFileBytes = 4_096;

/**
 * Parts of reports that the service has not acknowledged, as files of a folder that is this proxy's alone: one for each part, and a head that
 * is replaced as a whole. A part is there once the head counts it; what lies beyond, a process left that was killed before. All of it survives
 * the end of the process, but not the loss of power: nothing waits for the disk, and what is short and in memory is written at once, so that
 * nothing can come in between.
 */
export class Spool {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #parts = new Map<string, SpooledPart>();
  #head: SpoolHead | undefined;
  #bytes = 0;
  /** Why what was in the folder could not be used; undefined: it could, or there was nothing. */
  readonly problem: Error | undefined;

  /** @throws what the system says when the folder cannot be used */
  constructor(folder: string, { clock, random }: { readonly clock: Clock; readonly random: Random }) {
    this.#folder = folder;
    this.#clock = clock;
    this.#random = random;
    const head = this.#readHead();
    if (head instanceof Error) this.problem = head;
    else this.#head = head;
    this.#open();
  }

  /** For how many shards parts can be added; undefined: for none before the next `beginFor`. */
  get shards(): number | undefined {
    // After a loss of power the head may not be the last one that was written: its next sequences may be those of other rows.
    return this.#head?.boot === bootId() ? this.#head.sequences.length : undefined;
  }

  /** Undefined before the first `beginFor`. */
  get head(): SpoolHead | undefined {
    return this.#head;
  }

  /** On the disk, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** In the order in which those of one shard were written. */
  get parts(): Iterable<SpooledPart> {
    return this.#parts.values();
  }

  get size(): number {
    return this.#parts.size;
  }

  /**
   * Makes a head for so many shards where there is none. Parts that were made for another number are dropped: the service cannot take them.
   * @returns what was dropped
   * @throws what the system says when the head cannot be written: it is to be called again then
   */
  beginFor(shards: number): readonly SpooledPart[] {
    if (this.shards === shards) return [];
    const before = this.#head?.sequences.length;
    const dropped = before === undefined || before === shards ? [] : [...this.#parts.values()];
    this.#begin(shards);
    for (const part of dropped) this.remove(part);
    return dropped;
  }

  /**
   * Puts parts in, all of them or none.
   *
   * @param reading how far the queues were read for them
   * @throws what the system says when they cannot be written: nothing has changed then
   */
  add(parts: readonly PartRows[], reading: Pick<SpoolHead, "dropped" | "writers">): readonly SpooledPart[] {
    const head = this.#begun();
    const sequences = [...head.sequences];
    const added = parts.map(({ shard, rows }): SpooledPart => {
      const sequence = (sequences[shard] ?? 0) + 1;
      sequences[shard] = sequence;
      const text = encodeRows(rows);
      const { incarnation } = head;
      writeFileSync(join(this.#folder, partFile({ incarnation, shard, sequence })), text, { mode: 0o600 });
      const bytes = Math.max(leastFileBytes, Buffer.byteLength(text));
      return { incarnation, shard, sequence, bytes, sinceMs: this.#clock.wallMs() };
    });
    this.#writeHead({ ...head, ...reading, sequences });
    for (const part of added) this.#keep(part);
    return added;
  }

  /** Undefined when its file cannot be read, as after a loss of power. */
  rows(part: SpooledPart): readonly AccessRow[] | undefined {
    try {
      return decodeRows(readFileSync(join(this.#folder, partFile(part)), "utf8"));
    } catch {
      return undefined;
    }
  }

  /** It is stored elsewhere. */
  remove(part: SpooledPart): void {
    const file = partFile(part);
    if (!this.#parts.delete(file)) return;
    this.#bytes -= part.bytes;
    rmSync(join(this.#folder, file), { force: true });
  }

  /**
   * A part is lost: neither can those of its shard come that are behind it, in this incarnation. What comes next is of another one.
   * @returns what was removed
   */
  lose(lost: SpooledPart): readonly SpooledPart[] {
    const behind = [...this.#parts.values()].filter(
      ({ incarnation, shard, sequence }) =>
        incarnation === lost.incarnation && shard === lost.shard && sequence >= lost.sequence,
    );
    for (const part of behind) this.remove(part);
    if (this.#head?.incarnation === lost.incarnation) this.#begin(this.#head.sequences.length);
    return behind;
  }

  #begun(): SpoolHead {
    if (this.#head === undefined) throw new Error("the spool has not begun");
    return this.#head;
  }

  #begin(shards: number): void {
    const sequences = Array.from({ length: shards }, () => 0);
    this.#writeHead({
      boot: bootId(),
      incarnation: this.#random.id(),
      sequences,
      dropped: 0,
      writers: this.#head?.writers ?? [],
    });
  }

  #keep(part: SpooledPart): void {
    this.#parts.set(partFile(part), part);
    this.#bytes += part.bytes;
  }

  #writeHead(head: SpoolHead): void {
    const next = join(this.#folder, `${headFile}.next`);
    writeFileSync(next, encodeSpoolHead(head), { mode: 0o600 });
    renameSync(next, join(this.#folder, headFile));
    this.#head = head;
  }

  #readHead(): SpoolHead | Error | undefined {
    const path = join(this.#folder, headFile);
    return existsSync(path) ? decodeSpoolHead(readFileSync(path, "utf8")) : undefined;
  }

  #open(): void {
    const found: SpooledPart[] = [];
    for (const file of readdirSync(this.#folder)) {
      const name = parsePartFile(file);
      if (name === undefined) continue;
      const isCounted =
        name.incarnation !== this.#head?.incarnation || name.sequence <= (this.#head.sequences[name.shard] ?? 0);
      const path = join(this.#folder, file);
      if (!isCounted) rmSync(path, { force: true });
      else {
        const { size, mtimeMs } = statSync(path);
        found.push({ ...name, bytes: Math.max(leastFileBytes, size), sinceMs: mtimeMs });
      }
    }
    // Those of an earlier incarnation come first.
    const isCurrent = ({ incarnation }: SpooledPart): number => (incarnation === this.#head?.incarnation ? 1 : 0);
    found.sort(
      (one, other) =>
        isCurrent(one) - isCurrent(other) ||
        one.incarnation.localeCompare(other.incarnation) ||
        one.sequence - other.sequence,
    );
    for (const part of found) this.#keep(part);
  }
}
