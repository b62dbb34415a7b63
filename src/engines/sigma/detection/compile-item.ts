import { printable } from "../../../base/printable.ts";
import { SigmaError } from "../errors.ts";
import type { Expression } from "../expression.ts";
import { type ItemModifier, itemModifiers, valueModifiers } from "../modifiers/table.ts";
import type { ItemValue } from "../modifiers/item-value.ts";
import type { Modifier } from "../modifiers/modifier.ts";
import type { CompileContext } from "./compile-context.ts";
import { sourceValue } from "./source-value.ts";
import { fieldExpression, keywordExpression } from "./test-of.ts";

/**
 * Compiles one entry of a map, such as `CommandLine|contains|all: [a, b]`; without a field it is about the whole event.
 *
 * @param at of the entry, for messages
 */
export const compileItem = (key: string, source: unknown, at: string, context: CompileContext): Expression => {
  const [field = "", ...names] = key.split("|");
  const ofItem = names.filter(isItemModifier);
  const ofValues = names.filter((name) => !isItemModifier(name)).map((name) => [name, modifierOf(name, at)] as const);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new SigmaError("invalid-rule", at, `has the modifier "${twice}" twice`);
  if (field === "" && names.length === 0) throw new SigmaError("invalid-rule", at, "needs the name of a field");
  const sources: readonly unknown[] = Array.isArray(source) ? source : [source];
  if (sources.length === 0) throw new SigmaError("invalid-rule", at, "has no values: write null for no value");
  const each = sources.map((one, index) => {
    const place = Array.isArray(source) ? `${at}[${index}]` : at;
    const values = modified(one, ofValues, place, context);
    context.addValues(values.length, place);
    return anyOf(
      values.map((value) =>
        field === "" ? keywordExpression(value, place, context) : fieldExpression(field, value, place, context),
      ),
    );
  });
  const whole = ofItem.includes("all") ? allOf(each) : anyOf(each);
  return ofItem.includes("neq") ? { type: "not", of: whole } : whole;
};

/** Keywords of a list: one of them is enough. */
export const compileKeyword = (source: unknown, at: string, context: CompileContext): Expression => {
  context.addValues(1, at);
  return keywordExpression(sourceValue(source, at), at, context);
};

export const allOf = (of: readonly Expression[]): Expression => single(of) ?? { type: "all", of };
export const anyOf = (of: readonly Expression[]): Expression => single(of) ?? { type: "any", of };

const single = (of: readonly Expression[]): Expression | undefined => (of.length === 1 ? of[0] : undefined);

const isItemModifier = (name: string): name is ItemModifier => (itemModifiers as readonly string[]).includes(name);

const modifierOf = (name: string, at: string): Modifier => {
  const modifier = valueModifiers.get(name);
  if (modifier !== undefined) return modifier;
  throw new SigmaError("unsupported", at, `the modifier "${printable(name, 40)}" is unknown`);
};

const modified = (
  source: unknown,
  modifiers: readonly (readonly [name: string, modifier: Modifier])[],
  at: string,
  { placeholders }: CompileContext,
): readonly ItemValue[] =>
  modifiers.reduce<readonly ItemValue[]>(
    (values, [name, modifier], index) =>
      values.flatMap((value) => modifier(value, { at, name, source, first: index === 0, placeholders })),
    [sourceValue(source, at)],
  );
