import { maxSubjectBytes, type AccessRow } from "./access-row.ts";
import type { RowsHead } from "./row-writer.ts";

/** Highest number that a row may hold. */
const most = Number.MAX_SAFE_INTEGER;

class Malformed extends Error {}

/** Reads what `RowWriter` wrote. Undefined for a payload that is anything else, of which no row is to be used. */
export const readRows = (payload: Buffer): (RowsHead & { readonly rows: readonly AccessRow[] }) | undefined => {
  const reader = new RowReader(payload);
  try {
    const dropped = reader.number();
    const rows: AccessRow[] = [];
    while (!reader.atEnd) rows.push(reader.row());
    return { dropped, rows };
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
};

class RowReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  row(): AccessRow {
    const [rule, atMs, passed, intercepted] = [this.number(), this.number(), this.number(), this.number()];
    const subject = this.#text(this.number());
    const valueBytes = this.number();
    const value = valueBytes === 0 ? undefined : this.#text(valueBytes - 1);
    return { rule, subject, value, atMs, passed, intercepted };
  }

  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw new Malformed();
      this.#at += 1;
      value += (byte & 0x7f) * factor;
      if (value > most || factor > most) throw new Malformed();
      if (byte < 0x80) return value;
    }
  }

  #text(bytes: number): string {
    const end = this.#at + bytes;
    if (bytes > maxSubjectBytes || end > this.#bytes.length) throw new Malformed();
    const text = this.#bytes.toString("utf8", this.#at, end);
    this.#at = end;
    return text;
  }
}
