import { loadTemplates, type Template, type TemplateFile } from "../../engines/scan/index.ts";
import { UsageError } from "../usage-error.ts";

/** The templates at some paths, split by what becomes of them. */
export interface LoadedTemplates {
  readonly templates: readonly Template[];
  /** Files that are not run, each with its reasons. */
  readonly refused: readonly TemplateFile[];
}

/** One line for each reason: file, line, key, what is wrong. */
export const reasonLines = (file: TemplateFile): readonly string[] =>
  file.reasons.map(
    ({ line, key, message }) => `${file.file}:${line}: ${file.status}: ${key === "" ? "" : `${key} `}${message}`,
  );

/**
 * @throws ScanError for a path that cannot be read, UsageError when nothing can be run; a template named by itself that cannot be run
 * is an error too, with its place
 */
export const loadSupported = async (paths: readonly string[]): Promise<LoadedTemplates> => {
  const files = await loadTemplates(paths);
  const templates = files.flatMap((file) => (file.status === "supported" ? [file.template] : []));
  const refused = files.filter((file) => file.status !== "supported");
  if (templates.length === 0) {
    const [first] = refused.flatMap(reasonLines);
    throw new UsageError(
      `no template can be run at ${paths.join(", ")}${first === undefined ? ": there is none" : `; ${first}`}`,
    );
  }
  return { templates, refused };
};
