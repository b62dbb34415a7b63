import { fileProblem } from "./parse.ts";
import type { TemplateFile } from "./template.ts";

/** Sees to it that a template's id names one template among those that are loaded together. */
export class UniqueIds {
  readonly #first = new Map<string, string>();

  /** The file as it is, or as `invalid` when an earlier supported one has its id. */
  check(loaded: TemplateFile): TemplateFile {
    if (loaded.status !== "supported") return loaded;
    const { file, template, protocols, info } = loaded;
    const first = this.#first.get(template.id);
    if (first !== undefined) {
      return {
        ...fileProblem(file, `id "${template.id}" is already used by ${first}`),
        id: template.id,
        protocols,
        info,
      };
    }
    this.#first.set(template.id, file);
    return loaded;
  }
}
