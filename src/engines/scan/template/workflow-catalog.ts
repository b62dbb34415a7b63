import type { WorkflowCatalog } from "../workflow/compile.ts";
import type { HelperFile } from "./files.ts";
import type { HelperFiles } from "./helper-files.ts";
import type { ParsedTemplate, Template } from "./template.ts";

/** Compiles a file as a part of a workflow. */
export type ParsePart = (file: HelperFile) => ParsedTemplate;

/** The templates that a workflow finds beside it; those that it takes, and what they need, become part of it. */
export const workflowCatalog = (helpers: HelperFiles, parse: ParsePart): WorkflowCatalog => {
  const parsed = new Map<string, ParsedTemplate>();
  const parsedOnce = (file: HelperFile): ParsedTemplate => {
    const known = parsed.get(file.path) ?? parse(file);
    parsed.set(file.path, known);
    return known;
  };

  const take = (file: HelperFile): Template | string => {
    const part = parsedOnce(file);
    if (part.status !== "supported") {
      const [first] = part.reasons;
      return `${part.status}: ${first === undefined ? "" : `line ${first.line}: ${first.key} ${first.message}`}`;
    }
    for (const needed of [file, ...part.helpers]) {
      const used = helpers.use(needed);
      if (typeof used === "string") return used;
    }
    return part.template;
  };

  return {
    byPath: (path) => {
      const file = helpers.find(path);
      return typeof file === "string" ? file : take(file);
    },
    byTags: (tags) =>
      [...helpers.files.templates()].flatMap((path) => {
        const content = helpers.files.read(path);
        if (typeof content === "string") return [];
        const { info, status } = parsedOnce({ path, content });
        if (status !== "supported" || info?.tags?.some((tag) => tags.includes(tag)) !== true) return [];
        const template = take({ path, content });
        return typeof template === "string" ? [] : [template];
      }),
  };
};
