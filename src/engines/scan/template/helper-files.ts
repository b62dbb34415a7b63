import { posix } from "node:path";
import { pathProblem } from "../bundle/bundle.ts";
import type { HelperFile, TemplateFiles } from "./files.ts";

/** Templates name a few lists; workflows name more. */
const maxFiles = 1_000;

/**
 * The files that one template names, remembered as they are used. A path is looked up beside the template first, then
 * in each folder above it up to the folder of templates; it never leads out of that one.
 */
export class HelperFiles {
  readonly files: TemplateFiles;
  readonly #folder: string;
  readonly #used = new Map<string, HelperFile>();

  /** @param template path of the template from the folder of templates */
  constructor(template: string, files: TemplateFiles) {
    this.#folder = posix.dirname(template);
    this.files = files;
  }

  /** The file under its path from the folder of templates, or why there is none, in words for a person. */
  find(path: string): HelperFile | string {
    const problem = pathProblem(path);
    if (problem !== undefined) return `its path ${problem}`;
    let reason = "there is no such file";
    for (const candidate of this.#candidates(path)) {
      const content = this.#used.get(candidate)?.content ?? this.files.read(candidate);
      if (typeof content !== "string") return this.use({ path: candidate, content });
      reason = content;
    }
    return reason;
  }

  /** Remembers a file. */
  use(file: HelperFile): HelperFile | string {
    if (this.#used.size >= maxFiles && !this.#used.has(file.path)) return `more than ${maxFiles} files are named`;
    this.#used.set(file.path, file);
    return file;
  }

  used(): readonly HelperFile[] {
    return [...this.#used.values()];
  }

  *#candidates(path: string): Iterable<string> {
    for (let folder = this.#folder; ; folder = posix.dirname(folder)) {
      yield posix.join(folder, path);
      if (folder === "." || folder === "/") return;
    }
  }
}
