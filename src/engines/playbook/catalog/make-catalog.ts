import type { FieldNames } from "../../sigma/index.ts";
import type { PlaybookVersion } from "../playbook.ts";
import { BindingIndex } from "./bindings/binding-index.ts";
import type { Draft } from "./bindings/draft.ts";
import { catalogBounds } from "./bounds.ts";
import type { Catalog, CatalogProblem } from "./catalog.ts";
import { FolderCatalog } from "./folder-catalog.ts";
import { bundleOf } from "./cacao/bundle-of.ts";
import { CalledPlaybooks } from "./cacao/called-playbooks.ts";
import type { FoundPlaybook } from "./modules/found-playbook.ts";

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
  const withdrawn = found.filter((each) => each.kind === "withdrawn");
  problems.push(...withdrawn.flatMap((each) => each.problems));
  const called = new CalledPlaybooks(
    found.filter((each) => each.kind === "cacao"),
    withdrawn,
  );
  const files = new Map<string, string>();
  const playbooks = new Map<string, PlaybookVersion>();
  for (const each of found) {
    if (each.kind === "withdrawn") continue;
    const id = each.kind === "module" ? each.playbook.id : each.id;
    const first = files.get(id);
    if (first !== undefined) {
      problems.push({ file: each.file, at: "", message: `playbook "${id}" is already that of ${first}: rename one` });
      continue;
    }
    files.set(id, each.file);
    const made = each.kind === "module" ? each.playbook : bundleOf(each, called);
    if ("version" in made) playbooks.set(id, made);
    else problems.push(...made);
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
