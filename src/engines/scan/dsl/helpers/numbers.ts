import type { Value } from "../../value/value.ts";
import { bufferOf } from "../../value/value.ts";
import { DslError } from "../error.ts";
import { parseFloatText, parseInteger } from "../go/numbers.ts";
import type { Arguments, Helper } from "./helper.ts";

/** Whether a value counts as true: true, a number that is not 0, and the texts that Go's ParseBool takes for it. */
export const isTrue = (value: Value): boolean => {
  if (typeof value === "string") return ["1", "t", "T", "true", "TRUE", "True"].includes(value);
  return value === true || (typeof value === "number" && value !== 0) || (typeof value === "bigint" && value !== 0n);
};

const integerForm = /^[-+]?(?:0|[1-9][0-9]*)$/;

const numberOf = (args: Arguments): number => {
  const text = args.text(0);
  const value = integerForm.test(text) ? parseInteger(text, 10) : parseFloatText(text);
  if (value === undefined || !/^[-+\d.]/.test(text) || Number.isNaN(Number(text))) {
    throw new DslError("wrong-argument", "argument 1 is no number");
  }
  return Number(value);
};

const inBase = (base: number, prefix: string, name: string): Helper => ({
  signature: "(number interface{}) float64",
  note: `the number that ${name} digits stand for, with or without ${prefix}`,
  arity: [1, 1],
  run: (args) => {
    const text = args.text(0);
    const value = parseInteger(text.startsWith(prefix) ? text.slice(prefix.length) : text, base);
    if (value === undefined) throw new DslError("wrong-argument", `argument 1 is no ${name} number`);
    return Number(value);
  },
});

type Field = readonly [size: number, read: (bytes: Buffer, isBig: boolean) => Value];

const short: Field = [2, (bytes, isBig) => BigInt(isBig ? bytes.readInt16BE() : bytes.readInt16LE())];
const long: Field = [4, (bytes, isBig) => BigInt(isBig ? bytes.readInt32BE() : bytes.readInt32LE())];
const quad: Field = [8, (bytes, isBig) => (isBig ? bytes.readBigInt64BE() : bytes.readBigInt64LE())];

/** Integers are signed whatever the letter: so it is in nuclei. */
const fields: Readonly<Record<string, Field>> = {
  "?": [1, (bytes) => bytes.readInt8() > 0],
  h: short,
  H: short,
  i: long,
  I: long,
  l: long,
  L: long,
  q: quad,
  Q: quad,
  f: [4, (bytes, isBig) => (isBig ? bytes.readFloatBE() : bytes.readFloatLE())],
  d: [8, (bytes, isBig) => (isBig ? bytes.readDoubleBE() : bytes.readDoubleLE())],
  s: [0, () => ""],
};

const unpacked = (format: string, bytes: Buffer): Value => {
  let isBig = false;
  let at = 0;
  let first: Value | undefined;
  for (const letter of format) {
    const field = fields[letter];
    if (letter === "<" || letter === ">") isBig = letter === ">";
    else if (field === undefined) throw new DslError("wrong-argument", `"${letter}" is no letter of a format`);
    else {
      const [size, read] = field;
      if (at + size > bytes.length) throw new DslError("wrong-argument", "argument 2 is too short for the format");
      first ??= read(bytes.subarray(at, at + size), isBig);
      at += size;
    }
  }
  if (first === undefined) throw new DslError("wrong-argument", "argument 1 names no value");
  return first;
};

const xored = (args: Arguments): string => {
  const texts = args.all.map((_value, at) => bufferOf(args.onlyText(at)));
  const [first = Buffer.alloc(0), ...others] = texts;
  const out = Buffer.from(first);
  for (const other of others) {
    if (other.length !== out.length) throw new DslError("wrong-argument", "the arguments must have the same length");
    for (let at = 0; at < out.length; at += 1) out[at] = (out[at] ?? 0) ^ (other[at] ?? 0);
  }
  return out.toString("latin1");
};

/** Helpers that turn values into others of another kind. */
export const numberHelpers: Readonly<Record<string, Helper>> = {
  to_number: {
    signature: "(value interface{}) float64",
    note: "the decimal number that a text stands for",
    arity: [1, 1],
    run: numberOf,
  },
  to_string: {
    signature: "(value interface{}) string",
    note: "the value as text",
    arity: [1, 1],
    run: (args) => args.text(0),
  },
  to_bool: {
    signature: "(value interface{}) bool",
    note: 'whether the value is true, not 0, or one of "1", "t", "true"',
    arity: [1, 1],
    run: (args) => isTrue(args.at(0)),
  },
  dec_to_hex: {
    signature: "(number float64) string",
    note: "the hexadecimal digits of a number",
    arity: [1, 1],
    run: (args) => BigInt(args.wholeNumber(0)).toString(16),
  },
  hex_to_dec: inBase(16, "0x", "hexadecimal"),
  oct_to_dec: inBase(8, "0o", "octal"),
  bin_to_dec: inBase(2, "0b", "binary"),
  unpack: {
    signature: "(format, bytes string) interface{}",
    note: "the first value of packed bytes; letters of Python's struct: < > ? h i l q (signed) f d",
    arity: [2, 2],
    run: (args) => unpacked(args.onlyText(0), bufferOf(args.onlyText(1))),
  },
  xor: {
    signature: "(texts ...string) string",
    note: "the bytes of texts of the same length, combined by exclusive or",
    arity: [2, 255],
    run: xored,
  },
};
