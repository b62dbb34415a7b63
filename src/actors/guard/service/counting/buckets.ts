import { shardOf } from "../../../../cluster/index.ts";
import { Bucket } from "./bucket.ts";
import type { GuardSettings } from "../settings.ts";

/** So many that the content of one, of a shard with a hundred thousand subjects, is about one page. */
export const bucketCount = 64;

/** All that a shard counts. */
export class Buckets {
  readonly #buckets: readonly Bucket[];
  #swept = 0;

  constructor({ skewMs, lateMs, mostSubjects }: Pick<GuardSettings, "skewMs" | "lateMs" | "mostSubjects">) {
    const setup = { skewMs, lateMs, mostSubjects: Math.ceil(mostSubjects / bucketCount) };
    this.#buckets = Array.from({ length: bucketCount }, (_, index) => new Bucket(index, setup));
  }

  /** Subjects of all rules. */
  get size(): number {
    return this.#buckets.reduce((sum, { size }) => sum + size, 0);
  }

  get all(): readonly Bucket[] {
    return this.#buckets;
  }

  at(index: number): Bucket | undefined {
    return this.#buckets[index];
  }

  /** Another hash than that by which subjects are put into shards: else a shard would have an eighth of the buckets. */
  of(subject: string): Bucket {
    const index = shardOf(`bucket/${subject}`, bucketCount);
    const bucket = this.#buckets[index];
    if (bucket === undefined) throw new RangeError(`there is no bucket ${index}`);
    return bucket;
  }

  /** Goes on forgetting subjects. Bounded; to be called again and again. @returns the buckets that were looked at */
  sweep(nowMs: number, buckets: number): readonly Bucket[] {
    const swept = this.#buckets.slice(this.#swept, this.#swept + buckets);
    this.#swept = (this.#swept + swept.length) % bucketCount;
    for (const bucket of swept) bucket.sweep(nowMs);
    return swept;
  }

  /** The one that holds the journal back most; undefined: all that was counted is in stored contents. */
  oldestDirty(): Bucket | undefined {
    let oldest: Bucket | undefined;
    for (const bucket of this.#buckets) {
      if (bucket.dirtySince === undefined) continue;
      if (oldest?.dirtySince === undefined || bucket.dirtySince < oldest.dirtySince) oldest = bucket;
    }
    return oldest;
  }
}
