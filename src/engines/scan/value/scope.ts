import type { Value } from "./value.ts";

/** Names and what they stand for: what placeholders and expressions look up. */
export interface Scope {
  /** Undefined when nothing has this name. */
  get(name: string): Value | undefined;
}

/** Values by name, over those of an outer scope. */
export class Variables implements Scope {
  readonly #outer: Scope | undefined;
  /** Made late: a scan makes many of these, and most stay empty. */
  #own: Map<string, Value> | undefined;

  constructor(outer?: Scope, own?: Readonly<Record<string, Value>>) {
    this.#outer = outer;
    if (own !== undefined) this.setAll(own);
  }

  get(name: string): Value | undefined {
    const own = this.#own?.get(name);
    return own === undefined ? this.#outer?.get(name) : own;
  }

  set(name: string, value: Value): void {
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

const noValues: ReadonlyMap<string, Value> = new Map();
