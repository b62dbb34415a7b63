import { compilePattern } from "../pattern.ts";
import type { XPathArgument } from "./library.ts";

type XPathFunction = (context: unknown, ...values: readonly XPathArgument[]) => string | boolean;

const textAt = (values: readonly XPathArgument[], at: number): string => values[at]?.stringValue() ?? "";

/** What nuclei's xpath has beyond XPath 1.0. */
const added: Readonly<Record<string, XPathFunction>> = {
  "ends-with": (_context, ...values) => textAt(values, 0).endsWith(textAt(values, 1)),
  "lower-case": (_context, ...values) => textAt(values, 0).toLowerCase(),
  matches: (_context, ...values) => {
    const pattern = compilePattern(textAt(values, 1));
    return typeof pattern !== "string" && pattern.re2.test(textAt(values, 0));
  },
  replace: (_context, ...values) => textAt(values, 0).replaceAll(textAt(values, 1), () => textAt(values, 2)),
};

const standard = new Set(
  (
    "last position count id local-name namespace-uri name string concat starts-with contains substring-before " +
    "substring-after substring string-length normalize-space translate boolean not true false lang number sum floor " +
    "ceiling round"
  ).split(" "),
);
const nodeTests = new Set(["text", "node", "comment", "processing-instruction"]);
const call = /([A-Za-z][\w-]*)\s*\(/g;
const quoted = /"[^"]*"|'[^']*'/g;

export const addedFunction = (name: string): XPathFunction | undefined =>
  Object.hasOwn(added, name) ? added[name] : undefined;

/** Functions of an expression that there are not. `and (…)` and its like are no calls. */
export const unknownFunctions = (expression: string): readonly string[] =>
  [...expression.replaceAll(quoted, "''").matchAll(call)]
    .map(([, name = ""]) => name)
    .filter(
      (name) =>
        !standard.has(name) &&
        !nodeTests.has(name) &&
        !Object.hasOwn(added, name) &&
        !["and", "or", "div", "mod"].includes(name),
    );
