import { asError, GarrisonError } from "../../base/errors.ts";
import type { CacaoDescription } from "../../engines/playbook/cacao/index.ts";
import type { Catalog, CatalogSource, ModuleFacts, PlaybookVersion } from "../../engines/playbook/index.ts";
import type { Playbook, PlaybookListing, PlaybookText } from "../../wire/index.ts";
import { ControlError } from "../errors.ts";
import { givenVariables } from "./given-variables.ts";
import { cacaoExports, moduleExports } from "./playbook-message.ts";

/** Of one listing: what is wrong with a thousand files is not read by anybody. */
const mostProblems = 1_000;

export interface PlaybookShelfSetup {
  readonly catalog: CatalogSource;
  /** What a module exports; rejects for one that cannot be loaded. */
  readonly describeModule: (playbook: PlaybookVersion) => Promise<ModuleFacts>;
  /** What a CACAO playbook is, by its parsed JSON; rejects for one that cannot run. */
  readonly describeCacao: (source: unknown) => Promise<CacaoDescription>;
}

type Facts =
  | { readonly kind: "module"; readonly facts: ModuleFacts }
  | { readonly kind: "cacao"; readonly description: CacaoDescription; readonly source: unknown };
type Known = Facts | { readonly kind: "broken"; readonly problem: string };

/** The playbooks and bindings that a node has loaded, as people look at them. Each version is described once, one after another. */
export class PlaybookShelf {
  readonly #setup: PlaybookShelfSetup;
  readonly #known = new Map<string, Promise<Known>>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(setup: PlaybookShelfSetup) {
    this.#setup = setup;
  }

  async list(): Promise<PlaybookListing> {
    const catalog = this.#setup.catalog.current();
    this.#forgetOthers(catalog.playbooks);
    const described = await Promise.all(
      [...catalog.playbooks.values()].map(async (playbook) => ({ playbook, known: await this.#describe(playbook) })),
    );
    const broken = described.flatMap(({ playbook, known }) =>
      known.kind === "broken" ? [{ file: playbook.id, at: "", message: known.problem }] : [],
    );
    return {
      catalog: catalog.version,
      playbooks: described.map(({ playbook, known }) => messageOf(playbook, catalog, known)),
      problems: [...catalog.problems, ...broken].slice(0, mostProblems),
    };
  }

  /** @throws ControlError `playbook-unknown` */
  async get(id: string): Promise<PlaybookText> {
    const catalog = this.#setup.catalog.current();
    const playbook = catalog.playbooks.get(id);
    if (playbook === undefined) throw unknownPlaybook(id);
    const known = await this.#describe(playbook);
    return {
      playbook: messageOf(playbook, catalog, known),
      ...(known.kind === "cacao" ? { code: JSON.stringify(known.source) } : {}),
    };
  }

  /**
   * Whether a playbook takes these values from whoever runs it. One that is not here takes any: whoever starts it says that it is not.
   * @throws ControlError `invalid` with the name of the variable
   */
  async checkVariables(id: string, variables: Readonly<Record<string, string>>): Promise<void> {
    const playbook = this.#setup.catalog.current().playbooks.get(id);
    if (playbook === undefined || Object.keys(variables).length === 0) return;
    const known = await this.#describe(playbook);
    givenVariables(id, variables, known.kind === "cacao" ? known.description.playbook : undefined);
  }

  #describe(playbook: PlaybookVersion): Promise<Known> {
    const known = this.#known.get(playbook.version);
    if (known !== undefined) return known;
    const description = this.#last.then(async (): Promise<Known> => {
      try {
        return await this.#factsOf(playbook);
      } catch (error) {
        // That no process could be started says nothing of the playbook.
        if (error instanceof GarrisonError && error.retryable) this.#known.delete(playbook.version);
        return { kind: "broken", problem: asError(error).message };
      }
    });
    this.#last = description;
    this.#known.set(playbook.version, description);
    return description;
  }

  async #factsOf(playbook: PlaybookVersion): Promise<Facts> {
    if (playbook.kind === "module") return { kind: "module", facts: await this.#setup.describeModule(playbook) };
    const { main: source } = JSON.parse(playbook.code) as { readonly main: unknown };
    return { kind: "cacao", description: await this.#setup.describeCacao(source), source };
  }

  #forgetOthers(playbooks: ReadonlyMap<string, PlaybookVersion>): void {
    const versions = new Set([...playbooks.values()].map(({ version }) => version));
    for (const version of this.#known.keys()) {
      if (!versions.has(version)) this.#known.delete(version);
    }
  }
}

const unknownPlaybook = (id: string): ControlError =>
  new ControlError("playbook-unknown", `there is no playbook ${JSON.stringify(id)} on this node: see playbook list`, {
    ids: { id },
  });

const messageOf = ({ id, version, kind }: PlaybookVersion, { bindings }: Catalog, known: Known): Playbook => ({
  id,
  version,
  kind,
  bindings: bindings.filter(({ run }) => run.includes(id)).map((binding) => binding.id),
  ...exportsOf(known),
});

const exportsOf = (known: Known): Pick<Playbook, "title" | "actions" | "secrets" | "cacao"> => {
  switch (known.kind) {
    case "module":
      return moduleExports(known.facts);
    case "cacao":
      return cacaoExports(known.description);
    case "broken":
      return { actions: [], secrets: [] };
  }
};
