import { posix } from "node:path";
import type { FolderFile } from "../files/folder-file.ts";

const yamlName = /\.ya?ml$/i;

/** Whether a file holds bindings or rules, by its name. */
export const isYamlFile = (path: string): boolean => yamlName.test(path);

/** Whether a name agrees with a pattern in which each `*` stands for anything. Takes time by the length of both. */
const agrees = (name: string, pattern: string): boolean => {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = name.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return from <= name.length - last.length;
};

/** Finds the files of Sigma rules that bindings name. */
export class RulePaths {
  readonly #byPath: ReadonlyMap<string, FolderFile>;

  constructor(files: readonly FolderFile[]) {
    this.#byPath = new Map(files.map((file) => [file.path, file]));
  }

  /**
   * @param path from the folder of rules: a file, a folder with all that is below it, or the files of a folder whose names agree
   *   with a pattern such as `windows/proc_*.yml`
   * @returns the files, or why there are none, in words for a person
   */
  find(path: string): readonly FolderFile[] | string {
    const wanted = posix.normalize(path).replace(/\/$/, "");
    if (wanted.startsWith("/") || wanted.split("/").includes("..")) {
      return `names ${path}, which is not in the folder of rules: give a path from there`;
    }
    const exact = this.#byPath.get(wanted);
    if (exact !== undefined) return [exact];
    const found = wanted.includes("*")
      ? this.#files((file) => posix.dirname(file) === posix.dirname(wanted) && agrees(file, wanted))
      : this.#files((file) => wanted === "." || file.startsWith(`${wanted}/`));
    return found.length > 0 ? found : `names ${path}, where there is no file of Sigma rules`;
  }

  #files(fits: (path: string) => boolean): readonly FolderFile[] {
    return [...this.#byPath.values()].filter(({ path }) => isYamlFile(path) && fits(path));
  }
}
