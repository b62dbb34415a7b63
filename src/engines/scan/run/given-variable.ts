import { targetNames } from "../target/target-values.ts";

const form = /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/;

/** Why a person may not give a variable of this name, or undefined. */
export const variableNameProblem = (name: string): string | undefined => {
  if (!form.test(name)) return "must be a letter or _, then letters, digits, _, - or ., at most 100 in all";
  return targetNames.has(name) ? "is the target's and cannot be given another value" : undefined;
};
