import type { Value } from "./value.ts";

/** Names and what they stand for: what placeholders and expressions look up. */
export interface Scope {
  /** Undefined when nothing has this name. */
  get(name: string): Value | undefined;
}

/** Values by name, over those of an outer scope. */
export class Variables implements Scope {
  readonly #outer: Scope | undefined;
  readonly #own = new Map<string, Value>();

  constructor(outer?: Scope, own: Readonly<Record<string, Value>> = {}) {
    this.#outer = outer;
    this.setAll(own);
  }

  get(name: string): Value | undefined {
    const own = this.#own.get(name);
    return own === undefined ? this.#outer?.get(name) : own;
  }

  set(name: string, value: Value): void {
    this.#own.set(name, value);
  }

  setAll(values: Readonly<Record<string, Value>>): void {
    for (const [name, value] of Object.entries(values)) this.#own.set(name, value);
  }

  /** Its own values, without those of the outer scope. */
  own(): ReadonlyMap<string, Value> {
    return this.#own;
  }
}
