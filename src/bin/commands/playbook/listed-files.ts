import { stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { asError } from "../../../base/errors.ts";
import type { Catalog, CatalogProblem } from "../../../engines/playbook/index.ts";
import { isYamlFile } from "../../../engines/playbook/catalog/bindings/rule-paths.ts";
import { listFolder } from "../../../engines/playbook/catalog/files/list-folder.ts";
import { playbookName } from "../../../engines/playbook/catalog/modules/playbook-name.ts";
import { UsageError } from "../../process/usage-error.ts";

/** A file of playbooks or bindings, and what the catalog found wrong with it. */
export interface ListedFile {
  /** As a person would name it. */
  readonly file: string;
  /** Of a playbook. */
  readonly id: string | undefined;
  /** `rule`: a file that a binding names, or that a playbook imports. */
  readonly kind: "module" | "cacao" | "bindings" | "rule";
  readonly problems: readonly CatalogProblem[];
}

interface Place {
  readonly folder: string;
  /** Only this file of it. */
  readonly only: string | undefined;
}

const placeOf = async (path: string): Promise<Place> => {
  try {
    return (await stat(path)).isDirectory() ? { folder: path, only: undefined } : { folder: dirname(path), only: path };
  } catch (cause) {
    throw new UsageError(`${path}: cannot be read: ${asError(cause).message}`, cause);
  }
};

/** The folders of some files and folders, each once. @throws UsageError */
export const foldersOf = async (paths: readonly string[]): Promise<readonly string[]> => {
  const places = await Promise.all(paths.map(placeOf));
  return [...new Set(places.map(({ folder }) => folder))];
};

const kindOf = (path: string): Pick<ListedFile, "id" | "kind"> | undefined => {
  const name = playbookName(path);
  if (name !== undefined) return name.kind === "misnamed" ? { id: undefined, kind: "module" } : name;
  return !path.includes("/") && isYamlFile(path) ? { id: undefined, kind: "bindings" } : undefined;
};

/**
 * The files at some paths that the catalog was made of, each once, and those that something is wrong with although they only serve others.
 * @throws UsageError for a file that is neither a playbook nor one of bindings
 */
export async function* listedFiles(paths: readonly string[], { problems }: Catalog): AsyncGenerator<ListedFile> {
  const seen = new Set<string>();
  for (const path of paths) {
    const { folder, only } = await placeOf(path);
    const { root, files } = await listFolder(folder);
    const wanted = only === undefined ? undefined : relative(folder, only);
    if (wanted !== undefined && kindOf(wanted) === undefined) {
      throw new UsageError(
        `${path}: is neither a playbook (.ts, .mts, .js, .mjs, .json) nor a file of bindings (.yml, .yaml)`,
      );
    }
    for (const { path: inFolder } of files) {
      const kind = kindOf(inFolder);
      const real = join(root, inFolder);
      if (kind === undefined || seen.has(real) || (wanted !== undefined && wanted !== inFolder)) continue;
      seen.add(real);
      yield { ...kind, file: join(folder, inFolder), problems: problems.filter(({ file }) => file === real) };
    }
    if (wanted !== undefined) continue;
    for (const { file } of problems) {
      if (seen.has(file) || !(file === root || file.startsWith(`${root}/`))) continue;
      seen.add(file);
      const shown = join(folder, relative(root, file));
      yield { file: shown, id: undefined, kind: "rule", problems: problems.filter((one) => one.file === file) };
    }
  }
}
