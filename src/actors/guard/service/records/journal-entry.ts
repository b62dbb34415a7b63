import { z } from "zod";
import type { Json } from "../../../../base/json.ts";
import type { CountedAccess } from "../../../../engines/intercept/index.ts";

/** Rows of one rule, by columns. */
const rowsShape = z.strictObject({
  rule: z.number(),
  counting: z.string(),
  subjects: z.array(z.string()),
  /** Of rules that tell values apart. */
  values: z.array(z.string()).exactOptional(),
  times: z.array(z.number()),
  counts: z.array(z.number()),
  /** Places of those rows with which the limit was crossed. */
  crossed: z.array(z.number()),
});
const shape = z.strictObject({
  atMs: z.number(),
  rows: z.array(rowsShape),
  /** A subject whose counts began anew under these rules, before any of the rows. */
  forgotten: z.strictObject({ subject: z.string(), rules: z.array(z.number()) }).exactOptional(),
});

type MutableRows = z.infer<typeof rowsShape>;

/** What was counted in one commit, or a part of it: enough to do it again without the rules and interceptions of then. */
export type JournalEntry = z.infer<typeof shape>;

/** @throws ZodError */
export const parseJournalEntry = (value: Json): JournalEntry => shape.parse(value);

/** An access that was counted, and what came of it. */
export interface CountedRow extends CountedAccess {
  readonly rule: number;
  readonly counting: string;
  readonly outcome: "counted" | "crossed";
}

/** In the order in which those of each rule were counted. */
export function* rowsOfEntry({ rows }: JournalEntry): Iterable<CountedRow> {
  for (const { rule, counting, subjects, values, times, counts, crossed } of rows) {
    const crossings = new Set(crossed);
    for (const [at, subject] of subjects.entries()) {
      const value = values?.[at];
      const outcome = crossings.has(at) ? "crossed" : "counted";
      yield { rule, counting, subject, value, atMs: times[at] ?? 0, count: counts[at] ?? 0, outcome };
    }
  }
}

/** A UTF-16 unit in JSON: at most `\u0000`. */
const mostUnitBytes = 6;
const rowBytes = 48;
const rulesBytes = 200;

/** At most how many bytes a row takes in an entry. */
export const sizeOfRow = ({ subject, value }: Pick<CountedAccess, "subject" | "value">): number =>
  rowBytes + mostUnitBytes * (subject.length + (value?.length ?? 0));

/** An entry that is being filled. */
export class OpenEntry {
  readonly #atMs: number;
  readonly #rows = new Map<number, MutableRows>();
  /** At most so many bytes as JSON. */
  size = 0;

  constructor(atMs: number) {
    this.#atMs = atMs;
  }

  add(rule: number, counting: string, access: CountedAccess, outcome: CountedRow["outcome"]): void {
    const rows = this.#rowsOf(rule, counting, access.value !== undefined);
    if (outcome === "crossed") rows.crossed.push(rows.subjects.length);
    rows.subjects.push(access.subject);
    rows.values?.push(access.value ?? "");
    rows.times.push(access.atMs);
    rows.counts.push(access.count);
    this.size += sizeOfRow(access);
  }

  entry(): JournalEntry {
    return { atMs: this.#atMs, rows: [...this.#rows.values()] };
  }

  #rowsOf(rule: number, counting: string, tellsApart: boolean): MutableRows {
    const known = this.#rows.get(rule);
    if (known !== undefined) return known;
    const columns = {
      subjects: [],
      times: [],
      counts: [],
      crossed: [],
      ...(tellsApart ? { values: [] } : {}),
    };
    const rows: MutableRows = { rule, counting, ...columns };
    this.#rows.set(rule, rows);
    this.size += rulesBytes;
    return rows;
  }
}
