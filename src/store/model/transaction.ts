/**
 * What the model stands on: an ordered map of strings. Keys are printable ASCII, so that the order by character and
 * the order by byte are the same in every adapter.
 */
export interface ReadTransaction {
  get(key: string): string | undefined;
  /** At most `limit` rows with `from` ≤ key < `to`, in key order. */
  range(query: RangeQuery): readonly Row[];
}

/** All writes of one transaction become durable together, or none. */
export interface Transaction extends ReadTransaction {
  put(key: string, value: string): void;
  remove(key: string): void;
}

export interface RangeQuery {
  readonly from: string;
  readonly to: string;
  readonly limit: number;
}

export interface Row {
  readonly key: string;
  readonly value: string;
}
