import { createHash } from "node:crypto";
import type { SecurityEvent } from "../../events/index.ts";
import type { FieldNames } from "../../sigma/index.ts";
import type { PlaybookVersion } from "../playbook.ts";
import type { BindingIndex } from "./bindings/binding-index.ts";
import { dedupKeyOf } from "./bindings/dedup-key.ts";
import type { Draft } from "./bindings/draft.ts";
import { variablesOf } from "./bindings/variables-of.ts";
import type { Binding, Catalog, CatalogProblem, Choice } from "./catalog.ts";

/** What a catalog is made of. */
export interface CatalogParts {
  /** In the order of their ids. */
  readonly drafts: readonly Draft[];
  readonly playbooks: ReadonlyMap<string, PlaybookVersion>;
  readonly problems: readonly CatalogProblem[];
  readonly index: BindingIndex;
  readonly fieldNames: FieldNames;
}

/** All that the folders held at one time. */
export class FolderCatalog implements Catalog {
  readonly version: string;
  readonly playbooks: ReadonlyMap<string, PlaybookVersion>;
  readonly bindings: readonly Binding[];
  readonly problems: readonly CatalogProblem[];
  readonly #index: BindingIndex;
  readonly #fieldNames: FieldNames;

  constructor({ drafts, playbooks, problems, index, fieldNames }: CatalogParts) {
    this.version = versionOf(drafts, playbooks);
    this.playbooks = playbooks;
    this.bindings = drafts.map(({ binding }) => binding);
    this.problems = problems;
    this.#index = index;
    this.#fieldNames = fieldNames;
  }

  choose(event: SecurityEvent): readonly Choice[] {
    const chosen = new Map<PlaybookVersion, Choice>();
    for (const { draft, because } of this.#index.applying(event)) {
      const { binding } = draft;
      const playbooks = binding.run.flatMap((id) => this.playbooks.get(id) ?? []).filter((each) => !chosen.has(each));
      if (playbooks.length === 0) continue;
      const dedupKey = binding.dedup && dedupKeyOf(event, binding.dedup.by, this.#fieldNames);
      const variables = variablesOf(binding, event, this.#fieldNames);
      for (const playbook of playbooks) chosen.set(playbook, { binding, playbook, dedupKey, because, variables });
    }
    return [...chosen.values()];
  }
}

const versionOf = (drafts: readonly Draft[], playbooks: ReadonlyMap<string, PlaybookVersion>): string => {
  const hash = createHash("sha256").update("garrison-catalog 1\n");
  for (const { binding, digest } of drafts) hash.update(`binding ${binding.id} ${digest}\n`);
  for (const id of [...playbooks.keys()].sort()) hash.update(`playbook ${id} ${playbooks.get(id)?.version ?? ""}\n`);
  return hash.digest("hex");
};
