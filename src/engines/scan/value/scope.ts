import type { Value } from "./value.ts";

/** Names and what they stand for: what placeholders and expressions look up. */
export interface Scope {
  /** Undefined when nothing has this name. */
  get(name: string): Value | undefined;
  /** The placeholders without a value that the text of this name was made with; they stand in it as written. */
  lacking?(name: string): readonly string[];
}

/** Values by name, over those of an outer scope. */
export class Variables implements Scope {
  readonly #outer: Scope | undefined;
  /** Made late: a scan makes many of these, and most stay empty. */
  #own: Map<string, Value> | undefined;
  #lacking: Map<string, readonly string[]> | undefined;

  constructor(outer?: Scope, own?: Readonly<Record<string, Value>>) {
    this.#outer = outer;
    if (own !== undefined) this.setAll(own);
  }

  get(name: string): Value | undefined {
    const own = this.#own?.get(name);
    return own === undefined ? this.#outer?.get(name) : own;
  }

  lacking(name: string): readonly string[] {
    if (this.#own?.has(name) === true) return this.#lacking?.get(name) ?? noMarkers;
    return this.#outer?.lacking?.(name) ?? noMarkers;
  }

  /** @param lacking placeholders of the value that have none themselves */
  set(name: string, value: Value, lacking: readonly string[] = noMarkers): void {
    if (lacking.length > 0) (this.#lacking ??= new Map<string, readonly string[]>()).set(name, lacking);
    else this.#lacking?.delete(name);
    (this.#own ??= new Map<string, Value>()).set(name, value);
  }

  setAll(values: Readonly<Record<string, Value>>): void {
    for (const [name, value] of Object.entries(values)) this.set(name, value);
  }

  /** Its own values, without those of the outer scope. */
  own(): ReadonlyMap<string, Value> {
    return this.#own ?? noValues;
  }
}

const noMarkers: readonly string[] = [];
const noValues: ReadonlyMap<string, Value> = new Map();
