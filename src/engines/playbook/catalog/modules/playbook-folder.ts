import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../../../../base/clock.ts";
import type { PlaybookVersion } from "../../playbook.ts";
import { catalogBounds } from "../bounds.ts";
import type { CatalogProblem } from "../catalog.ts";
import type { FolderFile, FolderListing } from "../files/folder-file.ts";
import { LastGood, type Reading } from "../files/last-good.ts";
import { readBounded } from "../files/read-bounded.ts";
import { bundleModule } from "./bundle-module.ts";
import { cacaoProblem } from "./cacao-problem.ts";
import { type Build, withEsbuild } from "./esbuild-service.ts";
import { playbookName } from "./playbook-name.ts";

/** One playbook with the file that it was made of. */
export interface FoundPlaybook {
  readonly file: string;
  readonly playbook: PlaybookVersion;
}

/** Makes the playbooks of one folder. */
export class PlaybookFolder {
  readonly #clock: Clock;
  readonly #made = new LastGood<FoundPlaybook>();

  constructor(clock: Clock) {
    this.#clock = clock;
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
    const work = async (build: Build): Promise<void> => {
      for (const file of named) {
        const made = await this.#made.take(file.path, key, () => playbookOf(build, root, file));
        problems.push(...made.problems);
        if (made.value !== undefined) found.push(made.value);
      }
    };
    if (named.length > 0) await withEsbuild(this.#clock, work);
    this.#made.sweep();
    return { value: found, problems };
  }
}

const playbookOf = async (
  build: Build,
  root: string,
  { path, refused }: FolderFile,
): Promise<Reading<FoundPlaybook>> => {
  const file = join(root, path);
  const problem = (message: string): Reading<FoundPlaybook> => ({
    value: undefined,
    problems: [{ file, at: "", message }],
  });
  const name = playbookName(path);
  if (name === undefined) return problem("is no playbook");
  if (name.kind === "misnamed") return problem(name.reason);
  if (refused !== undefined) return problem(refused);
  const source = await readBounded(file, catalogBounds.sourceBytes);
  if (typeof source === "string") return problem(source);
  if (name.kind === "cacao") return problem(cacaoProblem(source));
  const bundled = await bundleModule(build, root, path, source);
  if ("problems" in bundled) return { value: undefined, problems: bundled.problems };
  const { code } = bundled;
  const version = createHash("sha256").update("module\n").update(code).digest("hex");
  return { value: { file, playbook: { id: name.id, version, kind: "module", code } }, problems: [] };
};
