import type { CommandType } from "../../model/command.ts";
import { resultVariables } from "../../model/variable.ts";
import { VariableError } from "../../errors.ts";
import type { CommandOutput } from "../../commands/call.ts";
import type { Scope } from "../../variables/scope.ts";
import type { CacaoRun } from "../run-port.ts";
import { textOf } from "./command-result.ts";

const known: ReadonlySet<string> = new Set(resultVariables);

/** Names of the variables that hold what a command of this type answered last. */
export const resultVariablesOf = (type: CommandType): readonly string[] => {
  const name = type.replaceAll("-", "_");
  return ["__garrison_result__", `__garrison_${name}_result__`, `__soarca_${name}_result__`].filter((variable) =>
    known.has(variable),
  );
};

/** What a command answered, as one text: of a person's values the only one, or all as JSON. */
export const resultText = (type: CommandType, { text, facts }: CommandOutput): string => {
  if (type !== "manual") return text;
  const values = Object.values(facts);
  const [only] = values;
  return values.length === 1 && only !== undefined ? textOf(only) : JSON.stringify(facts);
};

/** Sets them. A playbook that declares one of them in a way that the output does not fit goes on, and is told so. */
export const setResultVariables = (
  type: CommandType,
  output: CommandOutput,
  scope: Scope,
  run: Pick<CacaoRun, "log">,
): void => {
  const text = resultText(type, output);
  for (const name of resultVariablesOf(type)) {
    try {
      scope.assign(name, text, true);
    } catch (thrown) {
      if (!(thrown instanceof VariableError)) throw thrown;
      run.log("warn", `it keeps its value: ${thrown.message}`);
    }
  }
};
