import { printable } from "../../../base/printable.ts";

/** What something is called and what it is; `undefined` and empty text: it is not known. */
export type Fact = readonly [name: string, value: string | number | undefined];

const valueChars = 1_000;

/** Facts as aligned lines for people, those that are known. A value may be hostile text: what a terminal would obey is taken out. */
export const factLines = (facts: readonly Fact[]): readonly string[] => {
  const known = facts.filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${name.padEnd(width)}  ${printable(String(value), valueChars)}`);
};
