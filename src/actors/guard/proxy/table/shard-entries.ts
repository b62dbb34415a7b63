import type { Interception, InterceptionKey } from "../../../../shared-memory/index.ts";
import { entryChecksum, toggleChecksum } from "../../table-checksum.ts";

interface Entry {
  readonly interception: Interception;
  readonly checksum: number;
}

const textOf = ({ rule, field, subject }: InterceptionKey): string => `${rule}\0${field}\0${subject}`;

/** Entries of one shard, and their checksum. */
export class ShardEntries {
  readonly #entries = new Map<string, Entry>();
  #checksum = 0;

  get size(): number {
    return this.#entries.size;
  }

  get checksum(): number {
    return this.#checksum;
  }

  *[Symbol.iterator](): IterableIterator<Interception> {
    for (const { interception } of this.#entries.values()) yield interception;
  }

  /** @returns whether that changes anything */
  put(interception: Interception): boolean {
    const checksum = entryChecksum(interception);
    const before = this.#entries.get(textOf(interception));
    if (before?.checksum === checksum) return false;
    this.#checksum = toggleChecksum(toggleChecksum(this.#checksum, before?.checksum ?? 0), checksum);
    this.#entries.set(textOf(interception), { interception, checksum });
    return true;
  }

  /** @returns whether that changes anything */
  drop(key: InterceptionKey): boolean {
    const before = this.#entries.get(textOf(key));
    if (before === undefined) return false;
    this.#checksum = toggleChecksum(this.#checksum, before.checksum);
    return this.#entries.delete(textOf(key));
  }

  /** What has to be put and dropped so that these become those of another table. */
  changesTo(other: ShardEntries): {
    readonly put: readonly Interception[];
    readonly dropped: readonly InterceptionKey[];
  } {
    const put = [...other.#entries].filter(([key, { checksum }]) => this.#entries.get(key)?.checksum !== checksum);
    const dropped = [...this.#entries].filter(([key]) => !other.#entries.has(key));
    return {
      put: put.map(([, { interception }]) => interception),
      dropped: dropped.map(
        ([
          ,
          {
            interception: { rule, field, subject },
          },
        ]) => ({ rule, field, subject }),
      ),
    };
  }
}
