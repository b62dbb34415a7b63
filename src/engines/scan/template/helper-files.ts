import { posix } from "node:path";
import { pathProblem } from "../bundle/bundle.ts";
import type { HelperFile, TemplateFiles } from "./files.ts";

/** A template names a few lists, not a library. */
const maxFiles = 100;

/**
 * The files that one template names, remembered as they are read. A path is looked up beside the template first, then
 * in each folder above it up to the folder of templates; it never leads out of that one.
 */
export class HelperFiles {
  readonly #folder: string;
  readonly #files: TemplateFiles;
  readonly #read = new Map<string, HelperFile>();

  /** @param template path of the template from the folder of templates */
  constructor(template: string, files: TemplateFiles) {
    this.#folder = posix.dirname(template);
    this.#files = files;
  }

  read(path: string): Uint8Array | string {
    const problem = pathProblem(path);
    if (problem !== undefined) return `its path ${problem}`;
    if (this.#read.size >= maxFiles) return `the template names more than ${maxFiles} files`;
    let reason = "there is no such file";
    for (const candidate of this.#candidates(path)) {
      const content = this.#read.get(candidate)?.content ?? this.#files.read(candidate);
      if (typeof content === "string") {
        reason = content;
        continue;
      }
      this.#read.set(candidate, { path: candidate, content });
      return content;
    }
    return reason;
  }

  *#candidates(path: string): Iterable<string> {
    for (let folder = this.#folder; ; folder = posix.dirname(folder)) {
      yield posix.join(folder, path);
      if (folder === "." || folder === "/") return;
    }
  }

  used(): readonly HelperFile[] {
    return [...this.#read.values()];
  }
}
