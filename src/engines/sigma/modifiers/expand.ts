import { SigmaError } from "../errors.ts";
import { parseText } from "../text/parse-text.ts";
import { joined, type Part } from "../text/part.ts";
import { misfit, type Modifier, type ModifierPlace } from "./modifier.ts";

const placeholder = /(?<!\\)%(\w{1,100})%/;
/** Texts that one value may become. */
const mostTexts = 10_000;

/** Each `%name%` becomes the texts that are configured for it; `\%` is a percent sign. */
export const expand: Modifier = (value, place) => {
  if (value.type === "pattern") throw new SigmaError("unsupported", place.at, '"re|expand" is not supported');
  if (value.type !== "text") throw misfit(place, "is for texts");
  if (value.bytes || value.placed)
    throw misfit(place, "has to stand before the modifiers that encode or place the text");
  let variants: readonly (readonly Part[])[] = [[]];
  for (const choices of value.parts.flatMap((part) => choicesOf(part, place))) {
    if (variants.length * choices.length > mostTexts) {
      throw new SigmaError("too-large", place.at, `placeholders make more than ${mostTexts} texts of one`);
    }
    variants = variants.flatMap((start) => choices.map((end) => [...start, ...end]));
  }
  return variants.map((parts) => ({ ...value, parts: joined(parts) }));
};

/** For each piece of a part, one behind the other, what it can be. */
const choicesOf = (part: Part, place: ModifierPlace): readonly (readonly (readonly Part[])[])[] => {
  if (part.type !== "text") return [[[part]]];
  return part.text.split(placeholder).map((piece, at) => {
    if (at % 2 === 0) return [[{ type: "text", text: piece.replaceAll("\\%", "%") }]];
    const texts = place.placeholders.get(piece);
    if (texts === undefined || texts.length === 0) {
      throw new SigmaError("unsupported", place.at, `no texts are configured for the placeholder "%${piece}%"`);
    }
    return texts.map(parseText);
  });
};
