import { printed } from "../../value/printed.ts";
import type { Helper } from "./helper.ts";

const anyLine = (text: string, accepts: (line: string) => boolean): boolean => text.split("\n").some(accepts);

/** Helpers that say whether a text has something. */
export const comparisonHelpers: Readonly<Record<string, Helper>> = {
  contains: {
    signature: "(text, part interface{}) bool",
    note: "whether the text has the part in it",
    arity: [2, 2],
    run: (args) => args.text(0).includes(args.text(1)),
  },
  contains_all: {
    signature: "(text interface{}, parts ...string) bool",
    note: "whether the text has all parts in it",
    arity: [1, 255],
    run: (args) => {
      const text = args.text(0);
      return args.textsFrom(1).every((part) => text.includes(part));
    },
  },
  contains_any: {
    signature: "(text interface{}, parts ...string) bool",
    note: "whether the text has one of the parts in it",
    arity: [1, 255],
    run: (args) => {
      const text = args.text(0);
      return args.textsFrom(1).some((part) => text.includes(part));
    },
  },
  starts_with: {
    signature: "(text string, prefixes ...string) bool",
    note: "whether the text starts with one of the prefixes",
    arity: [2, 255],
    run: (args) => {
      const text = args.text(0);
      return args.textsFrom(1).some((prefix) => text.startsWith(prefix));
    },
  },
  ends_with: {
    signature: "(text string, suffixes ...string) bool",
    note: "whether the text ends with one of the suffixes",
    arity: [2, 255],
    run: (args) => {
      const text = args.text(0);
      return args.textsFrom(1).some((suffix) => text.endsWith(suffix));
    },
  },
  line_starts_with: {
    signature: "(text string, prefixes ...string) bool",
    note: "whether a line of the text starts with one of the prefixes",
    arity: [2, 255],
    run: (args) => {
      const prefixes = args.textsFrom(1);
      return anyLine(args.text(0), (line) => prefixes.some((prefix) => line.startsWith(prefix)));
    },
  },
  line_ends_with: {
    signature: "(text string, suffixes ...string) bool",
    note: "whether a line of the text ends with one of the suffixes",
    arity: [2, 255],
    run: (args) => {
      const suffixes = args.textsFrom(1);
      return anyLine(args.text(0), (line) => suffixes.some((suffix) => line.endsWith(suffix)));
    },
  },
  equals_any: {
    signature: "(value interface{}, others ...interface{}) bool",
    note: "whether one of the others prints as the value does",
    arity: [2, 255],
    run: (args) => {
      const text = args.text(0);
      return args.all.slice(1).some((other) => printed(other) === text);
    },
  },
};
