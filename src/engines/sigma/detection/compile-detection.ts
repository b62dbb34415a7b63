import { printable } from "../../../base/printable.ts";
import { sigmaBounds } from "../bounds.ts";
import { conditionWords } from "../condition/condition.ts";
import { parseCondition } from "../condition/parse-condition.ts";
import { resolveCondition, type Selections } from "../condition/resolve-condition.ts";
import { SigmaError } from "../errors.ts";
import type { Expression } from "../expression.ts";
import type { Placeholders } from "../modifiers/modifier.ts";
import { CompileContext } from "./compile-context.ts";
import { compileSelection } from "./compile-selection.ts";
import { Detection } from "./detection.ts";

export interface DetectionPlace {
  /** Where the detection stands, for messages, such as `when.detection`. */
  readonly at: string;
  /** Absent: every use of `expand` with a placeholder is refused. */
  readonly placeholders?: Placeholders | undefined;
}

const selectionName = /^[\w.-]{1,100}$/;

/**
 * Compiles the `detection` of a rule: selections by name, and their `condition`, which may be a list of which one is enough.
 *
 * @param source as YAML or JSON has it
 * @throws SigmaError `invalid-rule`, `unsupported`, `too-large` (see `sigmaBounds`), with the place
 */
export const compileDetection = (source: unknown, { at, placeholders = new Map() }: DetectionPlace): Detection => {
  if (typeof source !== "object" || source === null || Array.isArray(source)) {
    throw new SigmaError("invalid-rule", at, "has to be a map of selections with a condition");
  }
  const entries = Object.entries(source) as [string, unknown][];
  const context = new CompileContext(placeholders);
  const selections = new Map<string, Expression>();
  const inside = at === "" ? "" : `${at}.`;
  let condition: unknown;
  for (const [name, value] of entries) {
    if (name === "condition") {
      condition = value;
      continue;
    }
    const place = inside + printable(name);
    checkName(name, place);
    selections.set(name, compileSelection(value, place, context));
    if (selections.size > sigmaBounds.selections) {
      throw new SigmaError("too-large", at, `a detection has at most ${sigmaBounds.selections} selections`);
    }
  }
  if (selections.size === 0) throw new SigmaError("invalid-rule", at, "has no selection");
  return new Detection(conditionExpression(condition, selections, `${inside}condition`));
};

const checkName = (name: string, at: string): void => {
  if (name === "timeframe") {
    throw new SigmaError("unsupported", at, "is for aggregations, which are not supported, nor are correlations");
  }
  if (conditionWords.includes(name.toLowerCase()) || /^[1-9]\d{0,3}$/.test(name) || !selectionName.test(name)) {
    throw new SigmaError(
      "invalid-rule",
      at,
      "is no name of a selection: use letters, digits, _ . -, and no word of conditions",
    );
  }
};

const conditionExpression = (source: unknown, selections: Selections, at: string): Expression => {
  const conditions: readonly unknown[] = Array.isArray(source) ? source : [source];
  const texts = conditions.map((each) => {
    if (typeof each === "string" && each.trim() !== "") return each;
    throw new SigmaError("invalid-rule", at, 'has to be a text such as "selection and not filter", or a list of them');
  });
  if (texts.length === 0) throw new SigmaError("invalid-rule", at, "is an empty list");
  if (texts.reduce((sum, text) => sum + text.length, 0) > sigmaBounds.conditionChars) {
    throw new SigmaError("too-large", at, `has at most ${sigmaBounds.conditionChars} characters`);
  }
  const each = texts.map((text, index) => {
    const place = Array.isArray(source) ? `${at}[${index}]` : at;
    return resolveCondition(parseCondition(text, place), selections, place);
  });
  return { type: "any", of: each };
};
