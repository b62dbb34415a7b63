import { Part } from "../operators/part.ts";
import type { ResponseData } from "../run/exchange.ts";
import { printed } from "../value/printed.ts";
import { bufferOf, type Value } from "../value/value.ts";

/** A response as a table of names and values, with the other names that operators may use for some of them. */
export class Fields implements ResponseData {
  readonly #values: ReadonlyMap<string, Value>;
  readonly #aliases: Readonly<Record<string, string>>;
  readonly #parts = new Map<string, Part>();

  /** @param aliases names of parts, the empty one included, and what they stand for */
  constructor(values: ReadonlyMap<string, Value>, aliases: Readonly<Record<string, string>>) {
    this.#values = values;
    this.#aliases = aliases;
  }

  value(name: string): Value | undefined {
    return this.#values.get(name);
  }

  part(name: string): Part | undefined {
    const key = Object.hasOwn(this.#aliases, name) ? (this.#aliases[name] ?? name) : name;
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    const part = new Part(bufferOf(printed(value)));
    this.#parts.set(key, part);
    return part;
  }
}
