import { isUtf8 } from "node:buffer";
import { bufferOf, bytesOf, textOf } from "../../value/value.ts";

/** What stands for bytes that are no UTF-8 (U+FFFD), as bytes. */
const replacement = "\xef\xbf\xbd";

const rune =
  /[\0-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[^]/g;

const onlyAscii = /^[\0-\x7f]*$/;

export const isAscii = (bytes: string): boolean => onlyAscii.test(bytes);

/** A byte string cut at its characters; a byte that is no UTF-8 is a piece of its own. */
export const runePieces = (bytes: string): readonly string[] => bytes.match(rune) ?? [];

/** The characters of a byte string, each as bytes; U+FFFD for each byte that is no UTF-8, as Go's `[]rune` has it. */
export const runesOf = (bytes: string): readonly string[] =>
  isAscii(bytes)
    ? Array.from(bytes)
    : runePieces(bytes).map((piece) => (piece.length === 1 && piece >= "\x80" ? replacement : piece));

/** A byte read as a character (U+0000 … U+00FF), in UTF-8: what Go's `string(text[i])` gives. */
export const byteAsRune = (bytes: string, at: number): string => bytesOf(bytes.charAt(at));

/** Go changes one character into one: what JavaScript makes longer stays (`ß`), and a final sigma is none. */
const changed = (bytes: string, change: (text: string) => string): string => {
  const text = isUtf8(bufferOf(bytes)) ? textOf(bytes) : textOf(runesOf(bytes).join(""));
  const whole = change(text);
  if (whole.length === text.length && !text.includes("Σ")) return bytesOf(whole);
  return bytesOf(
    Array.from(text, (character) => {
      const result = change(character);
      return Array.from(result).length === 1 ? result : character;
    }).join(""),
  );
};

export const toUpper = (bytes: string): string =>
  isAscii(bytes) ? bytes.toUpperCase() : changed(bytes, (text) => text.toUpperCase());

export const toLower = (bytes: string): string =>
  isAscii(bytes) ? bytes.toLowerCase() : changed(bytes, (text) => (text === "İ" ? "i" : text.toLowerCase()));
