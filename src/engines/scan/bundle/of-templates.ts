import type { TemplateFile } from "../template/template.ts";
import type { BundleFile } from "./bundle.ts";
import { partName } from "./part-name.ts";

/** What a bundle of these templates holds: their files, and those that they name. Files that are not run are left out. */
export const bundleFilesOf = (templates: readonly TemplateFile[]): readonly BundleFile[] => {
  const files = new Map<string, BundleFile>();
  for (const file of templates) {
    if (file.status !== "supported") continue;
    files.set(file.path, { path: file.path, content: file.content });
    for (const { path, content } of file.helpers) files.set(partName(path), { path: partName(path), content });
  }
  return [...files.values()];
};
