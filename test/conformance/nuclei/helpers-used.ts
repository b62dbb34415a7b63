import { parse } from "yaml";
import { dslHelpers } from "../../../src/engines/scan/dsl/helpers/table.ts";
import { isRecord } from "./schema/records.ts";

/** Calls in an expression, leaving what stands in quotes out. */
const callsIn = (expression: string): readonly string[] =>
  [...expression.replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "''").matchAll(/(?<![\w.])([a-z]\w*)\(/g)].map(
    ([, name = ""]) => name,
  );

const expressionsIn = (node: unknown, isExpression: boolean): readonly string[] => {
  if (typeof node === "string") {
    return isExpression ? [node] : [...node.matchAll(/\{\{(.*?)\}\}/g)].map(([, text = ""]) => text);
  }
  if (Array.isArray(node)) return node.flatMap((each) => expressionsIn(each, isExpression));
  if (!isRecord(node)) return [];
  return Object.entries(node).flatMap(([key, value]) => expressionsIn(value, key === "dsl"));
};

const known: ReadonlySet<string> = new Set(Object.keys(dslHelpers).flatMap((name) => [name, name.replaceAll("_", "")]));

/** Helpers that the expressions of a template call, and those of them that the engine does not even refuse by name. */
export const helpersUsed = (
  text: string,
): { readonly used: readonly string[]; readonly unknown: readonly string[] } => {
  const used = [...new Set(expressionsIn(parse(text), false).flatMap(callsIn))];
  return { used, unknown: used.filter((name) => !known.has(name)) };
};
