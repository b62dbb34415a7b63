import type { BundleFile } from "../bundle/bundle.ts";
import { type ParseOptions, parseTemplate } from "./parse.ts";
import type { TemplateFile, TemplateLimits } from "./template.ts";

/** Compiles a file, as `parseTemplate` does its text. `name`: what it is called in reports. */
export const readTemplate = (
  { path, content }: BundleFile,
  name: string,
  limits: TemplateLimits,
  options: ParseOptions,
): TemplateFile => {
  const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString("utf8");
  const parsed = parseTemplate(text, name, limits, options);
  return parsed.status === "supported" ? { ...parsed, path, content } : parsed;
};
