import { join } from "node:path";
import type { Clock } from "../../../../base/clock.ts";
import { playbookVersionOf } from "../../playbook.ts";
import { catalogBounds } from "../bounds.ts";
import { readCacaoFile } from "../cacao/read-cacao-file.ts";
import type { SignatureCheck } from "../cacao/signature-problems.ts";
import type { CatalogProblem } from "../catalog.ts";
import type { SignaturePolicy } from "../catalog-setup.ts";
import type { FolderFile, FolderListing } from "../files/folder-file.ts";
import { LastGood, type Reading } from "../files/last-good.ts";
import { readBounded } from "../files/read-bounded.ts";
import { bundleModule } from "./bundle-module.ts";
import { type Build, withEsbuild } from "./esbuild-service.ts";
import type { FoundPlaybook } from "./found-playbook.ts";
import { playbookName } from "./playbook-name.ts";

/** Makes the playbooks of one folder. */
export class PlaybookFolder {
  readonly #clock: Clock;
  readonly #policy: SignaturePolicy;
  readonly #made = new LastGood<FoundPlaybook>();

  constructor(clock: Clock, policy: SignaturePolicy) {
    this.#clock = clock;
    this.#policy = policy;
  }

  /** @param key of the state of the whole folder: which files a playbook that failed depends on is not known */
  async load({ root, files }: FolderListing, key: string): Promise<Reading<readonly FoundPlaybook[]>> {
    const named = files.filter(({ path }) => playbookName(path) !== undefined);
    const problems: CatalogProblem[] = named.splice(catalogBounds.playbooks).map(({ path }) => ({
      file: join(root, path),
      at: "",
      message: `is beyond the ${catalogBounds.playbooks} playbooks that a folder may hold`,
    }));
    const found: FoundPlaybook[] = [];
    const take = async (file: FolderFile, read: () => Promise<Reading<FoundPlaybook>>): Promise<void> => {
      const made = await this.#made.take(file.path, key, read);
      problems.push(...made.problems);
      if (made.value !== undefined) found.push(made.value);
    };
    const isModule = ({ path }: FolderFile): boolean => playbookName(path)?.kind === "module";
    const modules = named.filter(isModule);
    const build = async (built: Build): Promise<void> => {
      for (const file of modules) await take(file, () => moduleOf(built, root, file));
    };
    if (modules.length > 0) await withEsbuild(this.#clock, build);
    const check = { policy: this.#policy, nowMs: this.#clock.wallMs() };
    for (const file of named) if (!isModule(file)) await take(file, () => cacaoOf(root, file, check));
    this.#made.sweep();
    return { value: found, problems };
  }
}

/** The id and the text of a playbook's file, or what is wrong with it. */
const sourceOf = async (
  root: string,
  { path, refused }: FolderFile,
): Promise<{ readonly id: string; readonly source: Buffer } | string> => {
  const name = playbookName(path);
  if (name === undefined) return "is no playbook";
  if (name.kind === "misnamed") return name.reason;
  if (refused !== undefined) return refused;
  const source = await readBounded(join(root, path), catalogBounds.sourceBytes);
  return typeof source === "string" ? source : { id: name.id, source };
};

const unread = (file: string, message: string): Reading<never> => ({
  value: undefined,
  problems: [{ file, at: "", message }],
});

const moduleOf = async (build: Build, root: string, file: FolderFile): Promise<Reading<FoundPlaybook>> => {
  const path = join(root, file.path);
  const read = await sourceOf(root, file);
  if (typeof read === "string") return unread(path, read);
  const bundled = await bundleModule(build, root, file.path, read.source);
  if ("problems" in bundled) return { value: undefined, problems: bundled.problems };
  const { code } = bundled;
  const playbook = { id: read.id, version: playbookVersionOf("module", code), kind: "module", code } as const;
  return { value: { kind: "module", file: path, playbook }, problems: [] };
};

const cacaoOf = async (root: string, file: FolderFile, check: SignatureCheck): Promise<Reading<FoundPlaybook>> => {
  const path = join(root, file.path);
  const read = await sourceOf(root, file);
  return typeof read === "string" ? unread(path, read) : readCacaoFile(path, read.id, read.source, check);
};
