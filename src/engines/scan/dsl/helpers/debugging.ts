import { formatted } from "../../value/printed.ts";
import { textOf } from "../../value/value.ts";
import type { Value } from "../../value/value.ts";
import type { Helper } from "./helper.ts";

/** Most characters that one call prints. */
const maxPrinted = 65_536;

/** As Go's Sprint: a space between two values of which none is a text. */
const sprinted = (values: readonly Value[]): string =>
  values
    .map((value, at) => {
      const isApart = at > 0 && typeof value !== "string" && typeof values[at - 1] !== "string";
      return (isApart ? " " : "") + formatted(value);
    })
    .join("");

/** Helpers for those who write templates. */
export const debuggingHelpers: Readonly<Record<string, Helper>> = {
  print_debug: {
    signature: "(values ...interface{}) bool",
    note: `writes the values to the log (at most ${maxPrinted} characters) and is true`,
    arity: [1, 255],
    run: (args, setup) => {
      setup.log?.(`print_debug value: ${textOf(sprinted(args.all)).slice(0, maxPrinted)}`);
      return true;
    },
  },
};
