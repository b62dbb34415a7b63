import { dash, dashes, joined, type Part } from "../text/part.ts";
import { misfit, type Modifier } from "./modifier.ts";

const wordCharacter = /[\p{L}\p{N}_]/u;

/** A dash that begins an option: no letter before it, one behind it. */
const withDashes = (part: Part): readonly Part[] => {
  if (part.type !== "text") return [part];
  const characters = Array.from(part.text);
  return characters.map((character, at) => {
    const begins =
      dashes.includes(character) &&
      !wordCharacter.test(characters[at - 1] ?? "") &&
      wordCharacter.test(characters[at + 1] ?? "");
    return begins ? dash : { type: "text", text: character };
  });
};

/** Any of the characters that Windows programs take before an option stands for any other. */
export const windash: Modifier = (value, place) => {
  if (value.type !== "text") throw misfit(place, "is for texts");
  if (value.bytes) throw misfit(place, "has to stand before the modifiers that encode");
  return [{ ...value, parts: joined(value.parts.flatMap(withDashes)) }];
};
