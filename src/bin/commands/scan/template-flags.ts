import { InvalidArgumentError, type Command } from "commander";
import type { TemplateSelection } from "../../../engines/scan/index.ts";
import { severities, type Severity } from "../../../engines/scan/template/severity.ts";
import { collect, commaList } from "../../process/parse-flags.ts";

/** Which of the templates, as flags. */
export interface SelectionFlags {
  readonly tags?: readonly string[];
  readonly excludeTags?: readonly string[];
  readonly severity?: readonly Severity[];
  readonly excludeSeverity?: readonly Severity[];
  readonly id?: readonly string[];
  readonly excludeId?: readonly string[];
  readonly author?: readonly string[];
  readonly type?: readonly string[];
  readonly excludeType?: readonly string[];
}

/** Where they are, too. */
export interface TemplateFlags extends SelectionFlags {
  readonly templates: readonly string[];
}

const isSeverity = (text: string): text is Severity => (severities as readonly string[]).includes(text);

const parseSeverities = (text: string, before: readonly Severity[] = []): readonly Severity[] => [
  ...before,
  ...commaList(text).map((entry) => {
    const severity = entry.toLowerCase();
    if (!isSeverity(severity)) throw new InvalidArgumentError(`Use some of ${severities.join(", ")}, not "${entry}".`);
    return severity;
  }),
];

export const withTemplateFlags = (command: Command): Command =>
  withSelectionFlags(
    command.requiredOption("--templates <path>", "a template or a folder of them; repeatable", collect),
  );

export const withSelectionFlags = (command: Command): Command =>
  command
    .option("--tags <tags>", "only templates with one of these tags; comma-separated, repeatable", commaList)
    .option("--exclude-tags <tags>", "no templates with one of these tags", commaList)
    .option("--severity <severities>", "only templates of one of these severities", parseSeverities)
    .option("--exclude-severity <severities>", "no templates of one of these severities", parseSeverities)
    .option("--id <ids>", "only templates with one of these ids; * stands for any characters", commaList)
    .option("--exclude-id <ids>", "no templates with one of these ids", commaList)
    .option("--author <names>", "only templates of one of these authors", commaList)
    .option("--type <protocols>", "only templates that use one of these protocols, such as http", commaList)
    .option("--exclude-type <protocols>", "no templates that use one of these protocols", commaList);

export const selectionOf = (flags: SelectionFlags): TemplateSelection => ({
  tags: flags.tags ?? [],
  excludeTags: flags.excludeTags ?? [],
  severities: flags.severity ?? [],
  excludeSeverities: flags.excludeSeverity ?? [],
  ids: flags.id ?? [],
  excludeIds: flags.excludeId ?? [],
  authors: flags.author ?? [],
  types: flags.type ?? [],
  excludeTypes: flags.excludeType ?? [],
});
