import { UsageError } from "../../process/usage-error.ts";
import type { Piece } from "./cut-lines.ts";

const byte = {
  lineFeed: 0x0a,
  quote: 0x22,
  backslash: 0x5c,
  comma: 0x2c,
  openArray: 0x5b,
  closeArray: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

export const isBlank = (value: number): boolean =>
  value === 0x20 || value === 0x09 || value === 0x0d || value === byte.lineFeed;

/** `array`: the elements of one JSON array. `row`: JSON objects one after another, each over as many lines as it likes. */
export type JsonLayout = "array" | "row";

/** Finds where one value ends and the next begins, by brackets and strings alone: what is in between is for a parser. */
class Cutter {
  readonly #layout: JsonLayout;
  readonly #name: string;
  readonly #longest: number;
  #line = 1;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** Of an array. */
  #state: "before" | "inside" | "after" = "before";
  #cutElements = 0;
  #begun: number | undefined;
  #parts: Uint8Array[] = [];
  #length = 0;

  constructor(layout: JsonLayout, name: string, longest: number) {
    this.#layout = layout;
    this.#name = name;
    this.#longest = longest;
  }

  *take(chunk: Uint8Array): Generator<Piece> {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const value = chunk[at] ?? 0;
      if (this.#begun === undefined && !isBlank(value)) {
        if (this.#opens(value)) {
          this.#begun = this.#line;
          from = at;
        } else if (!this.#isOutside(value)) throw this.#mistake(this.#line, "a JSON object was expected here");
      }
      if (this.#begun !== undefined) {
        const ends = this.#step(value);
        if (ends !== "no") {
          this.#keep(chunk.subarray(from, ends === "with" ? at + 1 : at));
          yield this.#cut();
          if (ends === "before") this.#isOutside(value);
        }
      }
      if (value === byte.lineFeed) this.#line += 1;
    }
    if (this.#begun !== undefined) this.#keep(chunk.subarray(from));
  }

  /** @throws UsageError when the bytes end inside a value or an array */
  end(): void {
    if (this.#begun !== undefined) throw this.#mistake(this.#begun, "the JSON that begins here is not closed");
    if (this.#layout === "array" && this.#state === "inside") {
      throw this.#mistake(this.#line, "the JSON array is not closed");
    }
  }

  /** Whether a value begins with this byte, here. */
  #opens(value: number): boolean {
    if (this.#layout === "row") return value === byte.openObject;
    return this.#state === "inside" && !(value === byte.closeArray && this.#cutElements === 0);
  }

  /** Takes a byte between values; false: it may not be there. */
  #isOutside(value: number): boolean {
    if (this.#layout === "row") return false;
    if (this.#state === "before" && value === byte.openArray) this.#state = "inside";
    else if (this.#state === "inside" && value === byte.closeArray) this.#state = "after";
    else return this.#state === "inside" && value === byte.comma;
    return true;
  }

  /** Takes a byte of a value. `with`: the value ends with it. `before`: it ended before it. */
  #step(value: number): "no" | "with" | "before" {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (value === byte.backslash) this.#escaped = true;
      else if (value === byte.quote) this.#inString = false;
      return "no";
    }
    const array = this.#layout === "array";
    if (array && this.#depth === 0 && (value === byte.comma || value === byte.closeArray)) return "before";
    if (value === byte.quote) this.#inString = true;
    else if (value === byte.openObject || value === byte.openArray) this.#depth += 1;
    else if (value === byte.closeObject || value === byte.closeArray) {
      this.#depth = Math.max(0, this.#depth - 1);
      if (!array && this.#depth === 0) return "with";
    }
    return "no";
  }

  #keep(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length > this.#longest) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #cut(): Piece {
    const bytes = this.#length > this.#longest ? undefined : Buffer.concat(this.#parts);
    const piece = { line: this.#begun ?? this.#line, bytes };
    this.#begun = undefined;
    this.#parts = [];
    this.#length = 0;
    this.#cutElements += 1;
    return piece;
  }

  #mistake(line: number, what: string): UsageError {
    return new UsageError(`${this.#name}:${line}: ${what}`);
  }
}

/**
 * Cuts JSON text into its values without holding more than one value and one chunk. A value that is too long costs no other.
 *
 * @param name of what is read, for messages
 * @param longest bytes of a value with its white space, at most
 * @throws UsageError with the line, for text between values and for what is not closed: where values begin is not known any more
 */
export async function* cutJson(
  chunks: AsyncIterable<Uint8Array>,
  layout: JsonLayout,
  { name, longest }: { readonly name: string; readonly longest: number },
): AsyncGenerator<Piece> {
  const cutter = new Cutter(layout, name, longest);
  for await (const chunk of chunks) yield* cutter.take(chunk);
  cutter.end();
}
