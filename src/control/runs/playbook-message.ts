import { type CacaoDescription, commandTypesOf, externalsOf, secretsOf } from "../../engines/playbook/cacao/index.ts";
import type { ModuleFacts } from "../../engines/playbook/index.ts";
import type { CacaoFacts, Playbook } from "../../wire/index.ts";

type Exports = Pick<Playbook, "title" | "actions" | "secrets" | "cacao">;

/** What a module exports, as it is sent. */
export const moduleExports = ({ title, actions, secrets }: ModuleFacts): Exports => ({
  ...(title === undefined ? {} : { title }),
  actions: actions.map(({ name }) => name),
  secrets: [...secrets],
});

/** The same of a CACAO playbook, whose actions are the types of its commands. */
export const cacaoExports = (description: CacaoDescription): Exports => ({
  title: description.playbook.name,
  actions: [...commandTypesOf(description.playbook)],
  secrets: [...secretsOf(description.playbook)],
  cacao: factsOf(description),
});

const factsOf = ({ playbook, warnings, signatures }: CacaoDescription): CacaoFacts => ({
  id: playbook.id,
  modified: playbook.modified,
  markings: playbook.markings.map(({ text }) => text),
  signatures: signatures.map(({ state, key, signee, reason }) => ({ state, by: key ?? signee, reason })),
  ...(playbook.validFromMs === undefined ? {} : { validFromMs: playbook.validFromMs }),
  ...(playbook.validUntilMs === undefined ? {} : { validUntilMs: playbook.validUntilMs }),
  warnings: warnings.length,
  external: externalsOf(playbook).map(({ name, type, description }) => ({
    name,
    type,
    ...(description === undefined ? {} : { description }),
  })),
});
