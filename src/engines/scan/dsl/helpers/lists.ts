import { isList, printed } from "../../value/printed.ts";
import type { Value } from "../../value/value.ts";
import { DslError } from "../error.ts";
import { byteAsRune, runePieces, runesOf } from "../go/runes.ts";
import type { Arguments, Helper } from "./helper.ts";
import { checkSize, integerOf } from "./helper.ts";

/** Most members of a list that a helper may give. */
const maxMembers = 1_000_000;

const checkMembers = (count: number): void => {
  if (count > maxMembers) throw new DslError("too-large", `the result would have more than ${maxMembers} members`);
};

const chunks = (text: string, size: number): readonly string[] => {
  if (size <= 0 || size >= text.length) return [text];
  const pieces = runePieces(text);
  checkMembers(pieces.length / size);
  const out: string[] = [];
  for (let at = 0; at < pieces.length; at += size) out.push(pieces.slice(at, at + size).join(""));
  return out;
};

/** At most so many parts, the last one with the rest; all when it is negative, none when it is 0. */
const parts = (text: string, separator: string, most: number): readonly string[] => {
  if (most === 0) return [];
  const all = separator === "" ? runePieces(text) : text.split(separator);
  checkMembers(all.length);
  if (most < 0 || all.length <= most) return all;
  return [...all.slice(0, most - 1), all.slice(most - 1).join(separator)];
};

const split = (args: Arguments): Value => {
  const text = args.text(0);
  if (args.count === 3) return parts(text, args.text(1), args.integer(2));
  const size = integerOf(args.text(1));
  return size === undefined ? parts(text, args.text(1), -1) : chunks(text, size);
};

const joined = (args: Arguments): Value => {
  const members = args.count === 2 ? args.texts(1) : args.all.slice(1).map(oneText);
  if (members === undefined) throw new DslError("wrong-argument", "argument 2 must be a list of texts");
  const separator = args.text(0);
  checkSize(members.reduce((sum, member) => sum + member.length + separator.length, 0));
  return members.join(separator);
};

const oneText = (value: Value): string => {
  if (isList(value)) throw new DslError("wrong-argument", "only one list can be joined");
  return printed(value);
};

const memberAt = (args: Arguments): Value => {
  const index = args.integer(1);
  const list = args.texts(0);
  const text = args.text(0);
  if (index < 0 || index >= (list ?? text).length) throw new DslError("wrong-argument", "argument 2 is out of range");
  return list === undefined ? byteAsRune(text, index) : (list[index] ?? "");
};

const lengthOf = (value: Value): number => {
  if (value !== null && typeof value === "object") return isList(value) ? value.length : Object.keys(value).length;
  return printed(value).length;
};

/** Helpers that make, order and read lists, and characters of texts as if they were. */
export const listHelpers: Readonly<Record<string, Helper>> = {
  len: {
    signature: "(value interface{}) float64",
    note: "members of a list or map, else bytes of the text",
    arity: [1, 1],
    run: (args) => lengthOf(args.at(0)),
  },
  index: {
    signature: "(value, position interface{}) string",
    note: "the member of a list of texts, or the byte of a text, at a position from 0",
    arity: [2, 2],
    run: memberAt,
  },
  sort: {
    signature: "(text string) string | (values ...interface{}) []string",
    note: "the characters of one text, or several values, in order of their bytes",
    arity: [1, 255],
    run: (args) => (args.count === 1 ? [...runesOf(args.text(0))].sort().join("") : [...args.textsFrom(0)].sort()),
  },
  uniq: {
    signature: "(text string) string | (values ...interface{}) []string",
    note: "the characters of one text, or several values, each once",
    arity: [1, 255],
    run: (args) => (args.count === 1 ? [...new Set(runesOf(args.text(0)))].join("") : [...new Set(args.textsFrom(0))]),
  },
  split: {
    signature: "(text string, size int) []string | (text, separator string, optionalMost int) []string",
    note: `the text in pieces of so many characters, or cut at a separator; at most ${maxMembers} pieces`,
    arity: [2, 3],
    run: split,
  },
  join: {
    signature: "(separator string, values ...interface{}) string | (separator string, values []string) string",
    note: "the values with the separator between them",
    arity: [2, 255],
    run: joined,
  },
};
