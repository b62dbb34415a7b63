import { bytesOf } from "../../value/value.ts";
import { folded } from "../letters.ts";
import { gap, type PatternNode } from "./node.ts";

/** Stands for each byte that is no UTF-8, so a pattern with it finds other bytes than its own. */
const replacement = 0xfffd;
/** Beyond ASCII, letters that are the other case of an ASCII letter. */
const foreignLetters = new Set([0x17f, 0x212a]);

/** One character of a pattern as what it looks like in a folded text; undefined when that may be several things. */
export const foldedCharacter = (code: number, ignoreCase: boolean): string | undefined => {
  if (code === replacement) return undefined;
  if (ignoreCase && code > 0x7f && !foreignLetters.has(code)) return undefined;
  return folded(bytesOf(String.fromCodePoint(code)));
};

/** A literal character. */
export const character = (code: number, ignoreCase: boolean): PatternNode => {
  const text = foldedCharacter(code, ignoreCase);
  return text === undefined ? gap(false) : { kind: "chars", texts: [text] };
};
