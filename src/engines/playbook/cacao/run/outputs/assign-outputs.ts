import { isJsonObject, type Json, type JsonObject } from "../../../../../base/json.ts";
import { VariableError } from "../../errors.ts";
import type { ActionStep } from "../../model/step.ts";
import type { Scope } from "../../variables/scope.ts";
import { type CommandResult, textOf } from "./command-result.ts";
import { resultText, resultVariablesOf } from "./result-variables.ts";

/**
 * Gives the variables in `out_args` what the commands of an action answered: a result variable its text; others what a person gave for
 * them, else what stands under their name without underscores in a text that is a JSON object, else in the facts. The later command wins,
 * of the same command the later target; a dictionary gets the values of several targets by their ids. When one name is left over it gets
 * the text of the last command.
 *
 * @param results of all commands of the step for all targets, in any order
 * @throws VariableError when a name gets no value, or one that does not fit
 */
export const assignOutputs = (step: ActionStep, results: readonly CommandResult[], scope: Scope): void => {
  const ordered = inOrder(step, results);
  const missing: string[] = [];
  for (const name of step.outArgs) {
    if (!assign(name, ordered, step, scope, (result) => valueFor(name, result))) missing.push(name);
  }
  const [last] = missing;
  if (last === undefined) return;
  const final = ordered.at(-1);
  const isText = missing.length === 1 && final !== undefined && final.type !== "manual";
  const texts = ordered.filter(({ index }) => index === final?.index);
  if (isText && assign(last, texts, step, scope, ({ output }) => output.text)) return;
  throw new VariableError(
    "unset",
    missing.join(", "),
    "got no value: no command of the step answered one of this name",
  );
};

/** As the file has the commands, and then the targets. */
const inOrder = ({ targets }: ActionStep, results: readonly CommandResult[]): readonly CommandResult[] => {
  const place = ({ target }: CommandResult): number => (target === undefined ? 0 : targets.indexOf(target));
  return results.toSorted((a, b) => a.index - b.index || place(a) - place(b));
};

const valueFor = (name: string, { type, output }: CommandResult): Json | undefined => {
  const { text, facts } = output;
  if (resultVariablesOf(type).includes(name)) return resultText(type, output);
  if (type === "manual" && Object.hasOwn(facts, name)) return facts[name];
  const bare = name.slice(2, -2);
  const fields = fieldsOf(text);
  if (Object.hasOwn(fields, bare)) return fields[bare];
  return Object.hasOwn(facts, bare) ? facts[bare] : undefined;
};

const fieldsOf = (text: string): JsonObject => {
  if (!text.trimStart().startsWith("{")) return {};
  try {
    const parsed = JSON.parse(text) as Json;
    return isJsonObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
};

/** @returns whether there was a value; null is none */
const assign = (
  name: string,
  ordered: readonly CommandResult[],
  { targets }: ActionStep,
  scope: Scope,
  valueOf: (result: CommandResult) => Json | undefined,
): boolean => {
  const found = ordered.flatMap((result) => {
    const value = valueOf(result) ?? null;
    return value === null ? [] : [{ ...result, value }];
  });
  const last = found.at(-1);
  if (last === undefined) return false;
  const isByTarget =
    targets.length > 1 && last.target !== undefined && scope.find(name)?.declaration.type === "dictionary";
  const value = isByTarget
    ? Object.fromEntries(
        found.flatMap(({ index, target, value: one }) =>
          index === last.index && target !== undefined ? [[target, one]] : [],
        ),
      )
    : last.value;
  scope.assign(name, textOf(value), true);
  return true;
};
