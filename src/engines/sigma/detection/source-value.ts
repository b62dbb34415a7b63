import { printable } from "../../../base/printable.ts";
import { sigmaBounds } from "../bounds.ts";
import { SigmaError } from "../errors.ts";
import type { ItemValue } from "../modifiers/item-value.ts";
import { parseText } from "../text/parse-text.ts";

/** A value as it stands in a rule, before its modifiers. */
export const sourceValue = (source: unknown, at: string): ItemValue => {
  if (source === null) return { type: "null" };
  if (typeof source === "boolean") return { type: "boolean", boolean: source };
  if (typeof source === "number") return numberValue(source, at);
  if (typeof source !== "string") {
    throw new SigmaError("invalid-rule", at, "has to be a text, a number, true, false or null, or a list of them");
  }
  if (source.length > sigmaBounds.textChars) {
    throw new SigmaError("too-large", at, `a text of a rule has at most ${sigmaBounds.textChars} characters`);
  }
  return { type: "text", parts: parseText(source), cased: false, bytes: false, placed: false };
};

const numberValue = (number: number, at: string): ItemValue => {
  if (Number.isFinite(number) && (Number.isSafeInteger(number) || !Number.isInteger(number))) {
    return { type: "number", number };
  }
  const shown = printable(String(number), 40);
  throw new SigmaError("invalid-rule", at, `${shown} is no number that is kept exactly: put it into quotes`);
};
