import type { Json } from "../../base/json.ts";
import { bounds } from "../ports.ts";
import { invalid } from "./checks.ts";

/** Deeper values are refused: they are made by mistake or by an attacker, and recursion is not free. */
const deepest = 100;

/**
 * A value as text, encoded once on its way into the store. Refuses what JSON would drop or bend in silence, because
 * it would come back as something else.
 */
export const encode = (what: string, value: Json): string => {
  checkJson(what, value, 0);
  const text = JSON.stringify(value);
  // A character takes one to three bytes: count bytes only where it can matter.
  if (text.length * 3 > bounds.bodyBytes && Buffer.byteLength(text) > bounds.bodyBytes) {
    throw invalid(`${what} takes ${Buffer.byteLength(text)} bytes as JSON: at most ${bounds.bodyBytes}`);
  }
  return text;
};

export const decode = (text: string): Json => JSON.parse(text) as Json;

export const decodeOptional = (text: string | undefined): Json | undefined =>
  text === undefined ? undefined : decode(text);

const checkJson = (what: string, value: unknown, depth: number): void => {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw invalid(`${what} has the number ${value}, which JSON does not`);
    return;
  }
  if (typeof value !== "object") throw invalid(`${what} has a value of type ${typeof value}, which JSON does not`);
  if (depth >= deepest) throw invalid(`${what} is nested deeper than ${deepest}`);
  if (Array.isArray(value)) {
    for (const part of value) checkJson(what, part, depth + 1);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw invalid(`${what} has an object of a class, which would come back as another: use plain objects`);
  }
  for (const part of Object.values(value)) {
    if (part !== undefined) checkJson(what, part, depth + 1);
  }
};
