import type { z } from "zod";
import type { Findings, Path } from "../findings.ts";
import { type Rule, rules } from "../rules.ts";

/**
 * What a value says in a form. Keys that the form has not are warned of and left out.
 *
 * @returns undefined when anything else is wrong, which is told
 */
export const parseShape = <Shape extends z.ZodType>(
  shape: Shape,
  raw: unknown,
  path: Path,
  findings: Findings,
): z.output<Shape> | undefined => {
  const parsed = shape.safeParse(raw);
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.filter((issue) => issue.code === "unrecognized_keys");
  for (const { keys, path: at } of unknown) {
    for (const key of keys) findings.add("unknown-key", [...path, ...within(at), key], unknownReason);
  }
  const wrong = parsed.error.issues.filter((issue) => issue.code !== "unrecognized_keys");
  for (const issue of wrong) {
    findings.add(ruleOf(issue), [...path, ...within(issue.path)], reasonOf(issue, raw));
  }
  if (wrong.length > 0) return undefined;
  const known = structuredClone(raw);
  for (const { keys, path: at } of unknown) {
    const holder = valueAt(known, at);
    if (typeof holder === "object" && holder !== null) for (const key of keys) Reflect.deleteProperty(holder, key);
  }
  // Whatever a form says once the keys are gone that hid it.
  return parseShape(shape, known, path, findings);
};

const unknownReason = "is no key of the standard and has no effect: correct its name or leave it out";

const within = (path: readonly PropertyKey[]): Path =>
  path.map((part) => (typeof part === "symbol" ? String(part) : part));

const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Readonly<Record<PropertyKey, unknown>>)[key]
        : undefined,
    raw,
  );

const ruleOf = (issue: z.core.$ZodIssue): Rule => {
  const named: unknown = issue.code === "custom" ? issue.params?.["rule"] : undefined;
  return typeof named === "string" && Object.hasOwn(rules, named) ? (named as Rule) : "shape";
};

const reasonOf = (issue: z.core.$ZodIssue, raw: unknown): string => {
  const value = valueAt(raw, issue.path);
  const isGiven = value !== undefined;
  if (issue.code === "invalid_type") {
    const expected = wordsOf[issue.expected] ?? `a ${issue.expected}`;
    return isGiven ? `is ${kindOf(value)}, and has to be ${expected}` : `is missing: it has to be ${expected}`;
  }
  if (issue.code === "invalid_value") {
    const values = issue.values.map((each) => JSON.stringify(each)).join(", ");
    const expected = issue.values.length > 1 ? `one of ${values}` : values;
    return isGiven ? `is ${JSON.stringify(value)}, and has to be ${expected}` : `is missing: it has to be ${expected}`;
  }
  if (issue.code === "too_small") {
    const least = String(issue.minimum);
    return issue.origin === "number"
      ? `is less than ${least}`
      : `has fewer than ${least} entries: add some, or leave it out`;
  }
  return issue.code === "too_big" ? `is more than ${String(issue.maximum)}` : issue.message;
};

const wordsOf: Readonly<Partial<Record<string, string>>> = {
  array: "a list",
  object: "an object",
  record: "an object",
  int: "a whole number",
};

const kindOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
};
