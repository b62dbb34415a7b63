import type { Template, TemplateFile, TemplateSelection } from "../../engines/scan/index.ts";
import type { Say } from "../output/messages.ts";
import { UsageError } from "../process/usage-error.ts";

type SupportedFile = Extract<TemplateFile, { status: "supported" }>;

/** The templates at some paths that were asked for, split by what becomes of them. */
export interface LoadedTemplates {
  /** Those that can be run; at least one. */
  readonly files: readonly SupportedFile[];
  readonly templates: readonly Template[];
  /** Those that are not run, each with its reasons. */
  readonly refused: readonly TemplateFile[];
}

export interface LoadOptions {
  /** Absent: all. */
  readonly selection?: TemplateSelection;
}

const shownRefusals = 20;

/** One line for each reason: file, line, key, what is wrong. */
export const reasonLines = (file: TemplateFile): readonly string[] =>
  file.reasons.map(
    ({ line, key, message }) => `${file.file}:${line}: ${file.status}: ${key === "" ? "" : `${key} `}${message}`,
  );

/** Says which templates are not run, and how many are. */
export const sayRefused = (refused: readonly TemplateFile[], run: number, say: Say): void => {
  refused.flatMap(reasonLines).slice(0, shownRefusals).forEach(say);
  if (refused.length > 0) say(`${refused.length} templates are not run; ${run} are`);
};

/**
 * @throws ScanError for a path that cannot be read, UsageError when nothing can be run; a template named by itself that cannot be run
 * is an error too, with its place
 */
export const loadSupported = async (
  paths: readonly string[],
  { selection }: LoadOptions = {},
): Promise<LoadedTemplates> => {
  const { loadTemplates, selectTemplates } = await import("../../engines/scan/index.ts");
  const all = await loadTemplates(paths);
  const asked = selection === undefined ? all : selectTemplates(all, selection);
  const files = asked.filter((file) => file.status === "supported");
  const refused = asked.filter((file) => file.status !== "supported");
  if (files.length > 0) return { files, templates: files.map(({ template }) => template), refused };
  const [first] = refused.flatMap(reasonLines);
  const why = first ?? (all.length === 0 ? "there is none" : `none of ${all.length} is selected`);
  throw new UsageError(`no template can be run at ${paths.join(", ")}${first === undefined ? ": " : "; "}${why}`);
};
