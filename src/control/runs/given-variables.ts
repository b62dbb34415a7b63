import { type CacaoPlaybook, externalsOf, valueProblem } from "../../engines/playbook/cacao/index.ts";
import { ControlError } from "../errors.ts";

/**
 * Refuses values that a playbook does not take from whoever runs it.
 *
 * @param playbook undefined: it is none of CACAO
 * @throws ControlError `invalid` with the name of the variable
 */
export const givenVariables = (
  id: string,
  variables: Readonly<Record<string, string>>,
  playbook: CacaoPlaybook | undefined,
): void => {
  const externals = playbook && new Map(externalsOf(playbook).map((one) => [one.name, one]));
  for (const [name, value] of Object.entries(variables)) {
    const declared = externals?.get(name);
    const problem = declared === undefined ? takes(id, externals) : valueProblem(declared.type, value);
    if (problem !== undefined) throw new ControlError("invalid", `variables.${name}: ${problem}`);
  }
};

const takes = (id: string, externals: ReadonlyMap<string, unknown> | undefined): string => {
  if (externals === undefined) return `${id} is a module, which takes no variables`;
  if (externals.size === 0) return `${id} takes none: it declares no external variable`;
  return `${id} takes ${[...externals.keys()].join(", ")}`;
};
