import { bytesOf, textOf } from "../value/value.ts";

const onlyAscii = /^[\0-\x7f]*$/;
/** Letters beyond ASCII whose other case is an ASCII letter, as byte strings: ſ, K (Kelvin), İ. */
const foreignLetters = [
  ["\xc5\xbf", "s"],
  ["\xe2\x84\xaa", "k"],
  ["\xc4\xb0", "i"],
] as const;

/**
 * A byte string in which texts that differ in the case of ASCII letters only are the same: A to Z in lower case, and
 * the few other letters that patterns and lower-casing treat as one of them. Other bytes stay.
 */
export const folded = (bytes: string): string => {
  if (onlyAscii.test(bytes)) return bytes.toLowerCase();
  // JavaScript would also change the bytes of other letters.
  let out = bytes.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
  for (const [letter, plain] of foreignLetters) out = out.replaceAll(letter, plain);
  return out;
};

/** A byte string in lower case as Go does it: letter by letter, whatever stands around it. */
export const lowered = (bytes: string): string =>
  onlyAscii.test(bytes)
    ? bytes.toLowerCase()
    : bytesOf(textOf(bytes).replaceAll("İ", "i").replaceAll("Σ", "σ").toLowerCase());
