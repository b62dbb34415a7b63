import type { Value } from "../../value/value.ts";
import { inPlaceBytes, isFound, replaced } from "../pattern.ts";
import type { DslSetup } from "../setup.ts";
import type { Arguments, Helper } from "./helper.ts";

const where = `RE2 syntax; in texts of more than ${inPlaceBytes} bytes it is searched under the budget of the response`;

/** Searches texts one after the other until one is found, or is not: that is the answer. */
const search = (args: Arguments, decisive: boolean, setup: DslSetup): Value | Promise<Value> => {
  const pattern = args.text(0);
  const texts = args.textsFrom(1);
  for (const [at, text] of texts.entries()) {
    const found = isFound(pattern, text, setup);
    if (found instanceof Promise) return searchRest(pattern, found, texts.slice(at + 1), decisive, setup);
    if (found === decisive) return decisive;
  }
  return !decisive;
};

const searchRest = async (
  pattern: string,
  first: Promise<boolean>,
  texts: readonly string[],
  decisive: boolean,
  setup: DslSetup,
): Promise<Value> => {
  if ((await first) === decisive) return decisive;
  for (const text of texts) if ((await isFound(pattern, text, setup)) === decisive) return decisive;
  return !decisive;
};

/** Helpers that search patterns. */
export const patternHelpers: Readonly<Record<string, Helper>> = {
  regex: {
    signature: "(pattern, text interface{}) bool",
    note: `whether the pattern occurs in the text; ${where}`,
    arity: [2, 2],
    isAsync: true,
    run: (args, setup) => isFound(args.text(0), args.text(1), setup),
  },
  regex_all: {
    signature: "(pattern string, texts ...string) bool",
    note: `whether the pattern occurs in all texts; ${where}`,
    arity: [2, 255],
    isAsync: true,
    run: (args, setup) => search(args, false, setup),
  },
  regex_any: {
    signature: "(pattern string, texts ...string) bool",
    note: `whether the pattern occurs in one of the texts; ${where}`,
    arity: [2, 255],
    isAsync: true,
    run: (args, setup) => search(args, true, setup),
  },
  replace_regex: {
    signature: "(text, pattern, replacement interface{}) string",
    note: `the text with all matches replaced; $1 and \${name} are groups; ${where}`,
    arity: [3, 3],
    isAsync: true,
    run: (args, setup) => replaced(args.text(1), args.text(0), args.text(2), setup),
  },
};
