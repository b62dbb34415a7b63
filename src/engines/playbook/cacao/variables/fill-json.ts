import { VariableError } from "../errors.ts";
import { cacaoBounds } from "../model/playbook.ts";
import type { Template } from "../model/text.ts";
import type { VariableType } from "../model/variable.ts";
import { filledValue } from "./filled-value.ts";
import { type JsonPlace, jsonPlaces } from "./json-places.ts";
import type { Scope } from "./scope.ts";
import type { Value } from "./value.ts";

interface Gap {
  readonly variable: string;
  readonly value: Value;
}

/**
 * JSON text with the values of its variables. They are escaped in its strings, so its shape stays what the playbook says, and all else stays
 * as it is written. Where nothing but one reference stands, in a string or instead of a value, an integer, long, float, bool or dictionary
 * becomes that JSON value (an empty one `null`), others a string.
 *
 * @returns at most `cacaoBounds.chars`; undefined: the template is no JSON, or it is one reference alone; use `fill`
 * @throws VariableError `undeclared`, `unset`, `too-large`; `unsafe`: a tainted value in the name of a member
 */
export const fillJson = (template: Template, scope: Scope): string | undefined => {
  if (template.length === 1 && typeof template[0] === "object") return undefined;
  const { pieces, gaps } = takenApart(template, scope);
  const places = jsonPlaces(pieces);
  if (places === undefined) return undefined;
  let text = "";
  for (const [at, piece] of pieces.entries()) {
    const before = places[at - 1] === "whole-string" ? piece.slice(1) : piece;
    text += places[at] === "whole-string" ? before.slice(0, -1) : before;
    const gap = gaps[at];
    const place = places[at];
    if (gap === undefined || place === undefined) continue;
    text += written(gap, place);
    if (text.length > cacaoBounds.chars) {
      throw new VariableError("too-large", gap.variable, `makes a text longer than ${cacaoBounds.chars} characters`);
    }
  }
  return text;
};

/** The literal pieces of a template, of which there is one more than values, and the values between them. */
const takenApart = (
  template: Template,
  scope: Scope,
): { readonly pieces: readonly string[]; readonly gaps: readonly Gap[] } => {
  const pieces: string[] = [];
  const gaps: Gap[] = [];
  let piece = "";
  for (const part of template) {
    if (typeof part === "string") {
      piece += part;
      continue;
    }
    const { value, rest } = filledValue(part, scope);
    pieces.push(piece);
    gaps.push({ variable: part.variable, value });
    piece = rest;
  }
  return { pieces: [...pieces, piece], gaps };
};

const written = ({ variable, value }: Gap, place: JsonPlace): string => {
  if (place === "value" || place === "whole-string") return asJson(value);
  if (place === "name" && value.tainted) {
    throw new VariableError("unsafe", variable, "comes from outside and would become the name of a member of the JSON");
  }
  return JSON.stringify(value.text).slice(1, -1);
};

/** How values of the types that JSON has are written in it. */
const jsonWriters: Readonly<Partial<Record<VariableType, (text: string) => string>>> = {
  integer: (text) => BigInt(text).toString(),
  long: (text) => BigInt(text).toString(),
  float: (text) => JSON.stringify(Number(text)),
  bool: (text) => text,
  dictionary: (text) => text,
};

const asJson = ({ type, text }: Value): string => {
  const write = jsonWriters[type];
  if (write === undefined) return JSON.stringify(text);
  return text === "" ? "null" : write(text);
};
