import type { Json } from "../../base/json.ts";
import { printable } from "../../base/printable.ts";
import { EventError } from "./errors.ts";
import { eventBounds, type EventData } from "./security-event.ts";

type Place = readonly (string | number)[];

const mostPlaceChars = 200;

const placeText = (place: Place): string =>
  printable(
    place.map((part) => (typeof part === "number" ? `[${part}]` : `.${printable(part, 40)}`)).join(""),
    mostPlaceChars,
  ).slice(1);

/** An array or an object, and not of a class, whose fields may be anything. */
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
};

/**
 * What a key is called in the copy. An attacker may choose the names that a device reports, so such an event must neither change what
 * objects inherit in code that copies it carelessly, nor be refused, which would hide the attack.
 */
const safeKey = (key: string): string => (key === "__proto__" ? "[__proto__]" : key);

const halfOfPair = /\p{Surrogate}/gu;

/** Text that UTF-8 can hold. */
const wellFormed = (text: string): string => text.replaceAll(halfOfPair, "\uFFFD");

/** Copies data and counts what is in it. */
class DataCopy {
  #values = 0;
  #chars = 0;

  object(input: object, place: Place, depth: number): EventData {
    this.#enter(place, depth);
    const copy: Record<string, Json> = {};
    for (const key of Object.keys(input)) {
      const value: unknown = (input as Readonly<Record<string, unknown>>)[key];
      if (value === undefined) continue;
      const at = [...place, key];
      this.#countChars(key, at);
      copy[wellFormed(safeKey(key))] = this.#value(value, at, depth);
    }
    return copy;
  }

  #value(value: unknown, place: Place, depth: number): Json {
    this.#values += 1;
    if (this.#values > eventBounds.values) {
      throw new EventError("too-large", placeText(place), `an event has at most ${eventBounds.values} values`);
    }
    if (value === null || typeof value === "boolean") return value;
    if (typeof value === "string") {
      this.#countChars(value, place);
      return wellFormed(value);
    }
    if (typeof value === "number" && Number.isFinite(value)) return value;
    if (Array.isArray(value)) {
      this.#enter(place, depth + 1);
      return (value as readonly unknown[]).map((item, index) => this.#value(item, [...place, index], depth + 1));
    }
    if (typeof value === "object" && isPlain(value)) return this.object(value, place, depth + 1);
    throw new EventError(
      "invalid-event",
      placeText(place),
      "is no JSON value: use text, a finite number, true, false, null, an array or an object",
    );
  }

  #enter(place: Place, depth: number): void {
    if (depth <= eventBounds.depth) return;
    const message = `objects and arrays stand at most ${eventBounds.depth} deep inside each other`;
    throw new EventError("too-large", placeText(place), message);
  }

  /** Before anything is copied: UTF-16 units are at most as many as the bytes of UTF-8. */
  #countChars(text: string, place: Place): void {
    this.#chars += text.length;
    if (this.#chars > eventBounds.bytes) {
      throw new EventError("too-large", placeText(place), `an event has at most ${eventBounds.bytes} bytes`);
    }
  }
}

/**
 * A copy of an object of JSON values that shares nothing with it. `undefined` fields are left out, a key `__proto__` becomes
 * `[__proto__]`, halves of surrogate pairs become U+FFFD.
 *
 * @param input anything; an object that is not of a class
 * @param at the name of the place, for messages
 * @throws EventError with the place, at the first value that is none of JSON or over a bound
 */
export const copyData = (input: unknown, at: string): EventData => {
  if (typeof input !== "object" || input === null || Array.isArray(input) || !isPlain(input)) {
    throw new EventError("invalid-event", at, 'has to be an object, such as {"user": "root"}');
  }
  return new DataCopy().object(input, [at], 1);
};
