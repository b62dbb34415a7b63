import { bytesOf, textOf } from "../../value/value.ts";
import { DslError } from "../error.ts";
import { runePieces, runesOf, toLower, toUpper } from "../go/runes.ts";
import { parseFloatText } from "../go/numbers.ts";
import type { Arguments, Helper } from "./helper.ts";
import { checkSize } from "./helper.ts";

const spaces = " \t\n\v\f\r\xc2\x85\xc2\xa0";

/** Cuts characters of a set off the ends of a text. */
const trimmed = (text: string, set: string, ends: { readonly left: boolean; readonly right: boolean }): string => {
  const characters = new Set(runePieces(set));
  const pieces = runePieces(text);
  let from = 0;
  let to = pieces.length;
  while (ends.left && from < to && characters.has(pieces[from] ?? "")) from += 1;
  while (ends.right && to > from && characters.has(pieces[to - 1] ?? "")) to -= 1;
  return pieces.slice(from, to).join("");
};

/** Replaces all occurrences; an empty text to replace stands before each character and at the end. */
export const replaceAll = (text: string, old: string, replacement: string): string => {
  const parts = old === "" ? ["", ...runePieces(text), ""] : text.split(old);
  checkSize(parts.reduce((sum, part) => sum + part.length, 0) + (parts.length - 1) * replacement.length);
  return parts.join(replacement);
};

/** A text without all characters of a set. */
export const without = (text: string, set: string): string => {
  const characters = new Set(runesOf(set));
  return runePieces(text)
    .filter((piece) => !characters.has(piece))
    .join("");
};

const titled = (text: string, language: string): string => {
  const segments = new Intl.Segmenter(language, { granularity: "word" }).segment(text);
  return Array.from(segments, ({ segment }) => {
    const [before = ""] = /^[^\p{L}]*/u.exec(segment) ?? [];
    const [first = "", ...rest] = Array.from(segment.slice(before.length));
    return before + first.toLocaleUpperCase(language) + rest.join("").toLocaleLowerCase(language);
  }).join("");
};

const languageOf = (args: Arguments): string => {
  if (args.count < 2) return "en";
  try {
    return Intl.getCanonicalLocales(textOf(args.text(1)))[0] ?? "en";
  } catch {
    return "en";
  }
};

const paddingLength = (args: Arguments): number => {
  const value = args.at(2);
  const length = typeof value === "number" ? value : parseFloatText(args.text(2));
  if (length === undefined || Number.isNaN(length) || Math.trunc(length) === 0) {
    throw new DslError("wrong-argument", "argument 3 must be a length");
  }
  return Math.trunc(length);
};

const padded = (args: Arguments): string => {
  const length = paddingLength(args);
  const [text, filler, mode] = [args.text(0), args.text(1), args.at(3)];
  if (filler === "") throw new DslError("wrong-argument", "argument 2 must not be empty");
  if (text.length >= length) return text;
  if (mode !== "prefix" && mode !== "suffix") {
    throw new DslError("wrong-argument", 'argument 4 must be "prefix" or "suffix"');
  }
  checkSize(length);
  const padding = filler.repeat(Math.ceil((length - text.length) / filler.length)).slice(0, length - text.length);
  return mode === "prefix" ? padding + text : text + padding;
};

const position = (args: Arguments, index: number, lowest: number, highest: number): number => {
  const value = args.integer(index);
  if (value >= lowest && value <= highest) return value;
  throw new DslError("wrong-argument", `argument ${index + 1} is no position in the text`);
};

const part = (args: Arguments): string => {
  const text = args.text(0);
  if (text === "") throw new DslError("wrong-argument", "argument 1 is empty");
  const start = position(args, 1, 0, text.length);
  return args.count < 3 ? text.slice(start) : text.slice(start, position(args, 2, start, text.length));
};

const both = { left: true, right: true };
const onlyLeft = { left: true, right: false };
const onlyRight = { left: false, right: true };

/** Helpers that make a text of another. */
export const textHelpers: Readonly<Record<string, Helper>> = {
  to_upper: {
    signature: "(text interface{}) string",
    note: "the text in upper case, character by character",
    arity: [1, 1],
    run: (args) => toUpper(args.text(0)),
  },
  to_lower: {
    signature: "(text interface{}) string",
    note: "the text in lower case, character by character",
    arity: [1, 1],
    run: (args) => toLower(args.text(0)),
  },
  to_title: {
    signature: "(text, optionalLanguage string) string",
    note: "each word with one capital at its beginning",
    arity: [1, 255],
    run: (args) => bytesOf(titled(textOf(args.text(0)), languageOf(args))),
  },
  trim: {
    signature: "(text, characters interface{}) string",
    note: "the text without these characters at both ends",
    arity: [2, 2],
    run: (args) => trimmed(args.text(0), args.text(1), both),
  },
  trim_left: {
    signature: "(text, characters interface{}) string",
    note: "the text without these characters at its beginning",
    arity: [2, 2],
    run: (args) => trimmed(args.text(0), args.text(1), onlyLeft),
  },
  trim_right: {
    signature: "(text, characters interface{}) string",
    note: "the text without these characters at its end",
    arity: [2, 2],
    run: (args) => trimmed(args.text(0), args.text(1), onlyRight),
  },
  trim_space: {
    signature: "(text interface{}) string",
    note: "the text without spaces and line ends at both ends",
    arity: [1, 1],
    run: (args) => trimmed(args.text(0), spaces, both),
  },
  trim_prefix: {
    signature: "(text, prefix interface{}) string",
    note: "the text without the prefix",
    arity: [2, 2],
    run: (args) => {
      const [text, prefix] = [args.text(0), args.text(1)];
      return text.startsWith(prefix) ? text.slice(prefix.length) : text;
    },
  },
  trim_suffix: {
    signature: "(text, suffix interface{}) string",
    note: "the text without the suffix",
    arity: [2, 2],
    run: (args) => {
      const [text, suffix] = [args.text(0), args.text(1)];
      return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
    },
  },
  replace: {
    signature: "(text, old, new interface{}) string",
    note: "the text with each occurrence replaced",
    arity: [3, 3],
    run: (args) => replaceAll(args.text(0), args.text(1), args.text(2)),
  },
  remove_bad_chars: {
    signature: "(text, characters interface{}) string",
    note: "the text without any of these characters",
    arity: [2, 2],
    run: (args) => without(args.text(0), args.text(1)),
  },
  repeat: {
    signature: "(text, count interface{}) string",
    note: "the text so many times",
    arity: [2, 2],
    run: (args) => {
      const [text, count] = [args.text(0), args.integer(1)];
      if (count < 0) throw new DslError("wrong-argument", "argument 2 must not be negative");
      checkSize(text.length * count);
      return text.repeat(text === "" ? 0 : count);
    },
  },
  reverse: {
    signature: "(text interface{}) string",
    note: "the characters from the last to the first",
    arity: [1, 1],
    run: (args) => [...runesOf(args.text(0))].reverse().join(""),
  },
  concat: {
    signature: "(values ...interface{}) string",
    note: "the values one after the other",
    arity: [0, 255],
    run: (args) => {
      const texts = args.textsFrom(0);
      checkSize(texts.reduce((sum, text) => sum + text.length, 0));
      return texts.join("");
    },
  },
  substr: {
    signature: "(text string, start int, optionalEnd int) string",
    note: "the bytes from start up to, but not with, end",
    arity: [2, 255],
    run: part,
  },
  padding: {
    signature: '(text, filler string, length int, mode "prefix" | "suffix") string',
    note: "the text filled up to a length in bytes",
    arity: [4, 4],
    run: padded,
  },
  count: {
    signature: "(text, part string) int",
    note: "how often the part occurs; an integer, which never equals a float",
    arity: [2, 255],
    run: (args) => {
      const [text, wanted] = [args.text(0), args.text(1)];
      return BigInt(wanted === "" ? runePieces(text).length + 1 : text.split(wanted).length - 1);
    },
  },
};
