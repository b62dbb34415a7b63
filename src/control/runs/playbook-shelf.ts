import { asError, GarrisonError } from "../../base/errors.ts";
import type { CatalogSource, ModuleFacts, PlaybookVersion } from "../../engines/playbook/index.ts";
import type { Playbook, PlaybookListing } from "../../wire/index.ts";

/** Of one listing: what is wrong with a thousand files is not read by anybody. */
const mostProblems = 1_000;

export interface PlaybookShelfSetup {
  readonly catalog: CatalogSource;
  /** What a module exports; rejects for one that cannot be loaded. */
  readonly describe: (playbook: PlaybookVersion) => Promise<ModuleFacts>;
}

type Description = { readonly facts: ModuleFacts } | { readonly problem: string };

/** The playbooks and bindings that a node has loaded, as people look at them. Each version is described once, one after another. */
export class PlaybookShelf {
  readonly #setup: PlaybookShelfSetup;
  readonly #descriptions = new Map<string, Promise<Description>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(setup: PlaybookShelfSetup) {
    this.#setup = setup;
  }

  async list(): Promise<PlaybookListing> {
    const { version, playbooks, bindings, problems } = this.#setup.catalog.current();
    this.#forgetOthers(playbooks);
    const described = await Promise.all(
      [...playbooks.values()].map(async (playbook) => ({ playbook, description: await this.#describe(playbook) })),
    );
    const broken = described.flatMap(({ playbook, description }) =>
      "problem" in description ? [{ file: playbook.id, at: "", message: description.problem }] : [],
    );
    return {
      catalog: version,
      playbooks: described.map(({ playbook, description }) => ({
        id: playbook.id,
        version: playbook.version,
        kind: playbook.kind,
        bindings: bindings.filter(({ run }) => run.includes(playbook.id)).map(({ id }) => id),
        ...exportsOf(description),
      })),
      problems: [...problems, ...broken].slice(0, mostProblems),
    };
  }

  #describe(playbook: PlaybookVersion): Promise<Description> {
    const known = this.#descriptions.get(playbook.version);
    if (known !== undefined) return known;
    const description = this.#last.then(async (): Promise<Description> => {
      try {
        return { facts: await this.#setup.describe(playbook) };
      } catch (error) {
        // That no process could be started says nothing of the playbook.
        if (error instanceof GarrisonError && error.retryable) this.#descriptions.delete(playbook.version);
        return { problem: asError(error).message };
      }
    });
    this.#last = description;
    this.#descriptions.set(playbook.version, description);
    return description;
  }

  #forgetOthers(playbooks: ReadonlyMap<string, PlaybookVersion>): void {
    const versions = new Set([...playbooks.values()].map(({ version }) => version));
    for (const version of this.#descriptions.keys()) {
      if (!versions.has(version)) this.#descriptions.delete(version);
    }
  }
}

const exportsOf = (description: Description): Pick<Playbook, "title" | "actions" | "secrets"> => {
  if ("problem" in description) return { actions: [], secrets: [] };
  const { title, actions, secrets } = description.facts;
  return {
    ...(title === undefined ? {} : { title }),
    actions: actions.map(({ name }) => name),
    secrets: [...secrets],
  };
};
