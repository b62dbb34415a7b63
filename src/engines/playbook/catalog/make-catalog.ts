import type { FieldNames } from "../../sigma/index.ts";
import type { PlaybookVersion } from "../playbook.ts";
import { BindingIndex } from "./bindings/binding-index.ts";
import type { Draft } from "./bindings/draft.ts";
import { catalogBounds } from "./bounds.ts";
import type { Catalog, CatalogProblem } from "./catalog.ts";
import { FolderCatalog } from "./folder-catalog.ts";
import type { FoundPlaybook } from "./modules/playbook-folder.ts";

/** What all folders held, in their order. */
export interface Found {
  readonly playbooks: readonly FoundPlaybook[];
  readonly drafts: readonly Draft[];
  readonly problems: readonly CatalogProblem[];
}

/** Puts together what was found. What has one name twice is a problem, and the first one counts. */
export const makeCatalog = (found: Found, fieldNames: FieldNames): Catalog => {
  const problems = [...found.problems];
  const playbooks = playbooksOf(found.playbooks, problems);
  const drafts = draftsOf(found.drafts, problems);
  for (const { binding, file, at } of drafts) {
    for (const id of binding.run) {
      if (playbooks.has(id)) continue;
      problems.push({ file, at: `${at}: run`, message: `binding "${binding.id}": there is no playbook "${id}"` });
    }
  }
  const index = new BindingIndex(drafts, fieldNames);
  return new FolderCatalog({ drafts, playbooks, problems, index, fieldNames });
};

const playbooksOf = (
  found: readonly FoundPlaybook[],
  problems: CatalogProblem[],
): ReadonlyMap<string, PlaybookVersion> => {
  const files = new Map<string, string>();
  const playbooks = new Map<string, PlaybookVersion>();
  for (const { file, playbook } of found) {
    const first = files.get(playbook.id);
    if (first === undefined) {
      files.set(playbook.id, file);
      playbooks.set(playbook.id, playbook);
    } else {
      problems.push({ file, at: "", message: `playbook "${playbook.id}" is already that of ${first}: rename one` });
    }
  }
  return playbooks;
};

const draftsOf = (found: readonly Draft[], problems: CatalogProblem[]): readonly Draft[] => {
  const drafts = new Map<string, Draft>();
  for (const draft of found) {
    const { id } = draft.binding;
    const first = drafts.get(id);
    const message =
      first !== undefined
        ? `binding "${id}" stands already in ${first.file}, ${first.at}: rename one`
        : drafts.size >= catalogBounds.bindings
          ? `binding "${id}" is beyond the ${catalogBounds.bindings} that there may be`
          : undefined;
    if (message === undefined) drafts.set(id, draft);
    else problems.push({ file: draft.file, at: draft.at, message });
  }
  return [...drafts.values()].sort((a, b) => (a.binding.id < b.binding.id ? -1 : 1));
};
