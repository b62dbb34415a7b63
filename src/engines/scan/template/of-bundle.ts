import type { Clock } from "../../../base/clock.ts";
import type { BundleFile } from "../bundle/bundle.ts";
import { partName, wholeName } from "../bundle/part-name.ts";
import type { TemplateFiles } from "./files.ts";
import { Turns } from "../turns.ts";
import { readTemplate } from "./read.ts";
import { defaultTemplateLimits, type TemplateFile, templateName } from "./template.ts";
import { UniqueIds } from "./unique-ids.ts";

/**
 * Compiles the templates of a bundle: its `.yaml` and `.yml` files, in its order, under their paths. As with
 * `loadTemplates` each is in the answer. Thousands of them take seconds; the event loop has its turns in between.
 */
export const templatesOfBundle = async (
  files: readonly BundleFile[],
  clock: Clock,
): Promise<readonly TemplateFile[]> => {
  const contents = new Map(files.map(({ path, content }) => [path, content]));
  const beside: TemplateFiles = {
    read: (path) => contents.get(path) ?? contents.get(partName(path)) ?? "there is no such file in the bundle",
    templates: () => new Set([...contents.keys()].map(wholeName).filter((path) => templateName.test(path))),
  };
  const templates: TemplateFile[] = [];
  const ids = new UniqueIds();
  const turns = new Turns(clock);
  for (const file of files) {
    if (!templateName.test(file.path)) continue;
    await turns.next();
    templates.push(ids.check(readTemplate(file, file.path, defaultTemplateLimits, beside)));
  }
  return templates;
};
