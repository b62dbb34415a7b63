import { z } from "zod";
import type { Json } from "../../../../../base/json.ts";
import { cacaoBounds } from "../../model/playbook.ts";
import { variableTypes } from "../../model/variable.ts";
import { valueProblem } from "../../variables/value-problem.ts";

/** Of `ManualInput`, what an answer is held to. */
const asked = z.object({ out_args: z.array(z.object({ name: z.string(), type: z.enum(variableTypes) })) });

const mostNameChars = 210;

/**
 * Whether what a person gave answers a manual command: an object with a value for each of its out_args that fits the type, and nothing
 * else; without out_args null will do, too. A text, or a number or a boolean in its place.
 *
 * @param input of the command, as it was journaled (`ManualInput`)
 * @returns what is wrong and what to do about it; undefined: it is an answer
 */
export const answerProblem = (input: Json, output: Json): string | undefined => {
  const question = asked.safeParse(input);
  if (!question.success) return "the step is no manual command";
  const wanted = question.data.out_args;
  if (wanted.length === 0 && output === null) return undefined;
  const names = wanted.map(({ name }) => name);
  const all = names.length === 0 ? "no values are asked for" : `asked for: ${names.join(", ")}`;
  if (typeof output !== "object" || output === null || Array.isArray(output)) {
    return `the answer is no object with values by name of variable; ${all}`;
  }
  const given = new Map(Object.entries(output));
  const other = [...given.keys()].find((name) => !names.includes(name));
  if (other !== undefined) return `${JSON.stringify(other.slice(0, mostNameChars))} is not asked for; ${all}`;
  for (const { name, type } of wanted) {
    const text = textOf(given.get(name));
    if (text === undefined) return `${name} is missing, or is no text, number or boolean; ${all}`;
    if (text.length > cacaoBounds.chars) return `${name} is longer than ${cacaoBounds.chars} characters`;
    const problem = valueProblem(type, text);
    if (problem !== undefined) return `${name}, of type ${type}, ${problem}`;
  }
  return undefined;
};

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
