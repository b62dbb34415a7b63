import type { EventView, FieldValue } from "./event/event-view.ts";
import type { Leaf } from "./event/leaf.ts";
import type { ValueTest } from "./value/value-test.ts";

/** How the values of two fields have to relate. */
export type Relation = "equals" | "contains" | "startsWith" | "endsWith";

/** What a detection says of an event. */
export type Expression =
  | { readonly type: "all" | "any"; readonly of: readonly Expression[] }
  | { readonly type: "at-least"; readonly count: number; readonly of: readonly Expression[] }
  | { readonly type: "not"; readonly of: Expression }
  /** One value of the field passes. */
  | { readonly type: "field"; readonly field: string; readonly test: ValueTest }
  /** The field is not there, or one of its values is null. */
  | { readonly type: "null"; readonly field: string }
  | { readonly type: "exists"; readonly field: string; readonly expected: boolean }
  | {
      readonly type: "reference";
      readonly field: string;
      readonly other: string;
      readonly relation: Relation;
      readonly cased: boolean;
    }
  /** One value of the whole event passes. */
  | { readonly type: "keyword"; readonly test: ValueTest }
  | { readonly type: "selection"; readonly name: string; readonly of: Expression };

/** Whether it is so of this event. */
export const holds = (expression: Expression, view: EventView): boolean => {
  switch (expression.type) {
    case "all":
      for (const each of expression.of) if (!holds(each, view)) return false;
      return true;
    case "any":
      for (const each of expression.of) if (holds(each, view)) return true;
      return false;
    case "at-least":
      return hasAtLeast(expression.count, expression.of, view);
    case "not":
      return !holds(expression.of, view);
    case "field":
      return passes(view.field(expression.field).leaves, expression.test);
    case "null":
      return isNull(view.field(expression.field));
    case "exists":
      return view.field(expression.field).present === expression.expected;
    case "reference":
      return relates(expression, view);
    case "keyword":
      return passes(view.leaves, expression.test);
    case "selection":
      return holds(expression.of, view);
  }
};

const passes = (leaves: readonly Leaf[], test: ValueTest): boolean => {
  for (const leaf of leaves) if (test.passes(leaf)) return true;
  return false;
};

const isNull = ({ present, leaves }: FieldValue): boolean => !present || leaves.some(({ value }) => value === null);

const hasAtLeast = (count: number, of: readonly Expression[], view: EventView): boolean => {
  let left = count;
  for (const each of of) {
    if (holds(each, view)) left -= 1;
    if (left === 0) return true;
  }
  return false;
};

const relates = (expression: Extract<Expression, { type: "reference" }>, view: EventView): boolean => {
  const { field, other, relation, cased } = expression;
  const read = (leaf: Leaf): string | undefined => (cased ? leaf.text : leaf.folded);
  const others = view.field(other).leaves.map(read);
  if (relation === "equals") {
    // An event may have thousands of values in both.
    const known = new Set(others);
    return view.field(field).leaves.some((leaf) => {
      const text = read(leaf);
      return text !== undefined && known.has(text);
    });
  }
  return view.field(field).leaves.some((leaf) => {
    const text = read(leaf);
    return text !== undefined && others.some((each) => each !== undefined && relatesTo(text, each, relation));
  });
};

const relatesTo = (text: string, other: string, relation: Exclude<Relation, "equals">): boolean => {
  switch (relation) {
    case "contains":
      return text.includes(other);
    case "startsWith":
      return text.startsWith(other);
    case "endsWith":
      return text.endsWith(other);
  }
};
