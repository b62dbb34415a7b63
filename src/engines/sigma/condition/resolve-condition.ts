import { printable } from "../../../base/printable.ts";
import { sigmaBounds } from "../bounds.ts";
import { SigmaError } from "../errors.ts";
import type { Expression } from "../expression.ts";
import type { Condition } from "./condition.ts";

/** The selections of a detection by name. */
export type Selections = ReadonlyMap<string, Expression>;

/**
 * Puts the selections into a condition.
 *
 * @throws SigmaError `invalid-rule` for names and patterns that no selection has, and for a count that can never be reached
 */
export const resolveCondition = (condition: Condition, selections: Selections, at: string): Expression => {
  let references = 0;
  const named = (name: string): Expression => {
    const of = selections.get(name);
    if (of === undefined) throw new SigmaError("invalid-rule", at, `there is no selection "${printable(name, 60)}"`);
    references += 1;
    if (references > sigmaBounds.conditionReferences) {
      throw new SigmaError("too-large", at, `refers to selections more than ${sigmaBounds.conditionReferences} times`);
    }
    return { type: "selection", name, of };
  };
  const resolved = (each: Condition): Expression => {
    switch (each.type) {
      case "all":
      case "any":
        return { type: each.type, of: each.of.map(resolved) };
      case "not":
        return { type: "not", of: resolved(each.of) };
      case "selection":
        return named(each.name);
      case "count":
        return counted(each.count, each.pattern);
    }
  };
  const counted = (count: number | "all", pattern: string): Expression => {
    const of = namesOf(pattern, selections).map(named);
    if (of.length === 0)
      throw new SigmaError("invalid-rule", at, `no selection has a name like "${printable(pattern, 60)}"`);
    if (count === "all") return { type: "all", of };
    if (count > of.length) {
      throw new SigmaError("invalid-rule", at, `wants ${count} of ${of.length} selections: that can never be`);
    }
    return count === 1 ? { type: "any", of } : { type: "at-least", count, of };
  };
  return resolved(condition);
};

/** Names that begin with `_` are for use by name only, unless the pattern begins so, too. */
const namesOf = (pattern: string, selections: Selections): readonly string[] => {
  const names = [...selections.keys()];
  if (pattern === "them") return names.filter((name) => !name.startsWith("_"));
  const parts = pattern.split("*");
  return names.filter((name) => name.startsWith("_") === pattern.startsWith("_") && isLike(name, parts));
};

/** @param parts what stands before, between and behind the `*` of a pattern */
const isLike = (name: string, parts: readonly string[]): boolean => {
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.slice(0, name.length - last.length).indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return true;
};
