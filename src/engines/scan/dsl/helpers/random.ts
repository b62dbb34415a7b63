import { randomAddress } from "../random-address.ts";
import { DslError } from "../error.ts";
import { byteAsRune } from "../go/runes.ts";
import type { DslSetup } from "../setup.ts";
import type { Arguments, Helper } from "./helper.ts";
import { checkSize } from "./helper.ts";
import { without } from "./texts.ts";

const digits = "1234567890";
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

const drawn = (characters: string, count: number, setup: DslSetup): string => {
  if (characters === "") throw new DslError("wrong-argument", "no characters are left to draw from");
  if (count < 0) throw new DslError("wrong-argument", "argument 1 must not be negative");
  checkSize(count * 2);
  let out = "";
  for (let at = 0; at < count; at += 1) out += byteAsRune(characters, setup.random.below(characters.length));
  return out;
};

const setOf = (args: Arguments, index: number): string => {
  const given = args.text(index);
  return given.trim() === "" ? letters + digits : given;
};

const textOf = (characters: string, name: string): Helper => ({
  signature: "(length uint, optionalBadCharacters string) string",
  note: `so many random ${name}, none of the bad ones`,
  arity: [1, 2],
  run: (args, setup) => drawn(without(characters, args.text(1)), args.wholeNumber(0), setup),
});

const integer = (args: Arguments, setup: DslSetup): bigint => {
  const lowest = args.count > 0 ? args.wholeNumber(0) : 0;
  const end = args.count > 1 ? args.wholeNumber(1) : 2 ** 31 - 1;
  const span = end - lowest;
  if (span <= 0 || !Number.isSafeInteger(span)) throw new DslError("wrong-argument", "the range of numbers is empty");
  return BigInt(lowest) + BigInt(Math.floor(setup.random.next() * span));
};

/** Helpers that draw at random. */
export const randomHelpers: Readonly<Record<string, Helper>> = {
  rand_char: {
    signature: "(optionalCharacters string) string",
    note: "one random letter or digit, or one of the characters",
    arity: [0, 1],
    run: (args, setup) => drawn(setOf(args, 0), 1, setup),
  },
  rand_base: {
    signature: "(length uint, optionalCharacters string) string",
    note: "so many random letters and digits, or of the characters",
    arity: [1, 3],
    run: (args, setup) => drawn(args.count === 2 ? setOf(args, 1) : letters + digits, args.wholeNumber(0), setup),
  },
  rand_text_alphanumeric: textOf(letters + digits, "letters and digits"),
  rand_text_alpha: textOf(letters, "letters"),
  rand_text_numeric: textOf(digits, "digits"),
  rand_int: {
    signature: "(optionalLowest, optionalEnd uint) int",
    note: "a random integer from lowest (0) up to, but not with, end (2147483647)",
    arity: [0, 2],
    run: integer,
  },
  rand_ip: {
    signature: "(networks ...string) string",
    note: "a random address of one of the networks (10.0.0.0/8)",
    arity: [1, 255],
    run: (args, setup) => {
      const networks = args.all.map((_value, at) => args.onlyText(at));
      return randomAddress(networks[setup.random.below(networks.length)] ?? "", setup.random);
    },
  },
};
