import type { CommandType } from "../model/command.ts";
import type { CacaoPlaybook } from "../model/playbook.ts";
import type { VariableDeclaration } from "../model/variable.ts";

/** Types of the commands of a playbook, each once, in the order of its steps. */
export const commandTypesOf = ({ steps }: CacaoPlaybook): readonly CommandType[] => {
  const commands = [...steps.values()].flatMap((step) => (step.type === "action" ? step.commands : []));
  return [...new Set(commands.map(({ type }) => type))];
};

/** Names of the secrets of `respond.secrets` that a playbook asks for, each once. */
export const secretsOf = ({ authentications }: CacaoPlaybook): readonly string[] => {
  const sources = [...authentications.values()].map((one) => (one.type === "oauth2" ? one.token : one.password));
  return [...new Set(sources.flatMap((source) => (source.type === "secret" ? [source.name] : [])))];
};

/** Variables of a playbook that whoever runs it gives the values of. */
export const externalsOf = ({ variables }: CacaoPlaybook): readonly VariableDeclaration[] =>
  [...variables.values()].filter(({ external }) => external);
