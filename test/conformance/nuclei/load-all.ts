import { join, relative } from "node:path";
import { loadTemplates, type TemplateFile } from "../../../src/engines/scan/index.ts";

/** A template file and its path below the folder. */
export interface LoadedFile {
  readonly path: string;
  readonly file: TemplateFile;
}

/** The kinds of templates: a workflow names its parts by their paths below one of these. */
const kinds = ["community", "engine-cases"];

/**
 * Every template of the folder. Some of them have the id of another one, which is theirs as long as they are not loaded
 * together: these are loaded by themselves.
 */
export const loadAll = async (folder: string): Promise<readonly LoadedFile[]> => {
  const loaded: LoadedFile[] = [];
  for (const kind of kinds) {
    const files = await loadTemplates([join(folder, kind)]);
    const ids = new Set<string>();
    for (const file of files) {
      const isSecond = file.status === "invalid" && file.id !== undefined && ids.has(file.id);
      const [alone = file] = isSecond ? await loadTemplates([file.file]) : [file];
      if (file.status === "supported") ids.add(file.template.id);
      loaded.push({ path: relative(folder, file.file), file: alone });
    }
  }
  return loaded;
};
