import type { BundleFile } from "../bundle/bundle.ts";
import type { TemplateFiles } from "./files.ts";
import { parseTemplate } from "./parse.ts";
import type { TemplateFile, TemplateLimits } from "./template.ts";

/** Compiles a file, as `parseTemplate` does its text. `name`: what it is called in reports. */
export const readTemplate = (
  { path, content }: BundleFile,
  name: string,
  limits: TemplateLimits,
  files: TemplateFiles,
): TemplateFile => {
  const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString("utf8");
  const parsed = parseTemplate(text, name, limits, { path, files });
  return parsed.status === "supported" ? { ...parsed, path, content } : parsed;
};
