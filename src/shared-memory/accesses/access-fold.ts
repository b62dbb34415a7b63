import type { AccessRow } from "./access-row.ts";

/** One access under one rule. */
export interface FoldedAccess {
  readonly rule: number;
  readonly subject: string;
  readonly value: string | undefined;
  /** Begin of its time slot, Unix time in milliseconds. */
  readonly atMs: number;
  readonly intercepted: boolean;
}

type Counting = { -readonly [Key in keyof AccessRow]: AccessRow[Key] };

/** Accesses of one process as rows, those of the same rule, subject, value and time slot as one, until they are taken out to be written. */
export class AccessFold {
  /** The latest slot, by rule and by subject and value. */
  readonly #latest = new Map<number, Map<string, Counting>>();
  /** Rows of earlier slots. */
  #earlier: Counting[] = [];
  #accesses = 0;

  /** How many accesses are in it. */
  get accesses(): number {
    return this.#accesses;
  }

  add({ rule, subject, value, atMs, intercepted }: FoldedAccess): void {
    const rows = this.#latest.get(rule) ?? this.#begin(rule);
    const key = value === undefined ? subject : `${subject}\0${value}`;
    const row = rows.get(key);
    const [passed, denied] = intercepted ? [0, 1] : [1, 0];
    this.#accesses += 1;
    if (row?.atMs === atMs) {
      row.passed += passed;
      row.intercepted += denied;
      return;
    }
    if (row !== undefined) this.#earlier.push(row);
    rows.set(key, { rule, subject, value, atMs, passed, intercepted: denied });
  }

  /** Takes all rows out. */
  take(): readonly AccessRow[] {
    const rows = this.#earlier;
    for (const latest of this.#latest.values()) {
      for (const row of latest.values()) rows.push(row);
      latest.clear();
    }
    this.#earlier = [];
    this.#accesses = 0;
    return rows;
  }

  #begin(rule: number): Map<string, Counting> {
    const rows = new Map<string, Counting>();
    this.#latest.set(rule, rows);
    return rows;
  }
}
