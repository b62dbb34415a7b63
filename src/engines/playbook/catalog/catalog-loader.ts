import { createHash } from "node:crypto";
import { join } from "node:path";
import { fieldPaths } from "../../events/fields/field-paths.ts";
import type { FieldNames } from "../../sigma/index.ts";
import { Turns } from "../../scan/turns.ts";
import type { Draft } from "./bindings/draft.ts";
import { RulesFolder } from "./bindings/rules-folder.ts";
import type { Catalog, CatalogProblem } from "./catalog.ts";
import type { CatalogSetup, SignaturePolicy } from "./catalog-setup.ts";
import type { FolderListing } from "./files/folder-file.ts";
import type { Reading } from "./files/last-good.ts";
import { listFolder } from "./files/list-folder.ts";
import { makeCatalog } from "./make-catalog.ts";
import type { FoundPlaybook } from "./modules/found-playbook.ts";
import { PlaybookFolder } from "./modules/playbook-folder.ts";

/** What all folders held when they were looked at. */
export interface Look {
  readonly playbooks: readonly FolderListing[];
  readonly rules: readonly FolderListing[];
  /** Equal when nothing of it has changed. */
  readonly stamp: string;
}

interface Folder<Found> {
  readonly load: (listing: FolderListing, generation: number) => Promise<Reading<readonly Found[]>>;
  /** From when the folder could last be looked at. */
  found: readonly Found[];
}

const anySignature: SignaturePolicy = { required: false, trusted: [] };

/** Makes catalogs of what the folders hold, and remembers what was good in them. One load at a time. */
export class CatalogLoader {
  readonly #setup: CatalogSetup;
  readonly #fieldNames: FieldNames;
  readonly #playbooks: readonly Folder<FoundPlaybook>[];
  readonly #rules: readonly Folder<Draft>[];
  readonly #turns: Turns;

  constructor(setup: CatalogSetup) {
    this.#setup = setup;
    this.#fieldNames = setup.fieldNames ?? fieldPaths;
    this.#turns = new Turns(setup.clock);
    this.#playbooks = setup.playbooks.map(() => {
      const folder = new PlaybookFolder(setup.clock, setup.signatures ?? anySignature);
      return { found: [], load: (listing, generation) => folder.load(listing, `${generation} ${stampOf([listing])}`) };
    });
    this.#rules = setup.rules.map(() => {
      const folder = new RulesFolder(setup.placeholders, this.#turns);
      return { found: [], load: (listing, generation) => folder.load(listing, generation) };
    });
  }

  /** Looks at the folders without reading a file. */
  async look(): Promise<Look> {
    const playbooks = await Promise.all(this.#setup.playbooks.map(listFolder));
    const rules = await Promise.all(this.#setup.rules.map(listFolder));
    return { playbooks, rules, stamp: stampOf([...playbooks, ...rules]) };
  }

  /** @param generation another one than before: everything is read again, whether it has changed or not */
  async load({ playbooks, rules }: Look, generation: number): Promise<Catalog> {
    const problems: CatalogProblem[] = [];
    const found = {
      playbooks: await loadFolders(this.#playbooks, playbooks, generation, problems),
      drafts: await loadFolders(this.#rules, rules, generation, problems),
      problems,
    };
    await this.#turns.next();
    return makeCatalog(found, this.#fieldNames);
  }
}

const loadFolders = async <Found>(
  folders: readonly Folder<Found>[],
  listings: readonly FolderListing[],
  generation: number,
  problems: CatalogProblem[],
): Promise<readonly Found[]> => {
  for (const [at, folder] of folders.entries()) {
    const listing = listings[at];
    if (listing === undefined) continue;
    const { root, unread } = listing;
    problems.push(...unread.map(({ path, reason }) => ({ file: join(root, path), at: "", message: reason })));
    // A folder that is away for a while takes nothing with it.
    if (unread.some(({ path }) => path === "")) continue;
    const reading = await folder.load(listing, generation);
    problems.push(...reading.problems);
    folder.found = reading.value ?? [];
  }
  return folders.flatMap(({ found }) => found);
};

const stampOf = (listings: readonly FolderListing[]): string => {
  const hash = createHash("sha256");
  for (const { root, files, unread } of listings) hash.update(JSON.stringify([root, files, unread]));
  return hash.digest("hex");
};
