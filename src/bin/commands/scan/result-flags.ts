import { type Command, Option } from "commander";
import { severities, type Severity } from "../../../engines/scan/template/severity.ts";
import { formats, type Format } from "../../output/text/format.ts";
import { UsageError } from "../../process/usage-error.ts";
import type { OutputFlags } from "../common-flags.ts";

/** What a result is held against, as flags. */
export interface ResultFlags {
  readonly failOn?: Severity;
  readonly allowIncomplete?: true;
}

/** Where findings go, and how they look. */
export interface FindingsFlags {
  readonly format?: Format;
  readonly output?: string;
}

export const withResultFlags = (command: Command): Command =>
  command
    .addOption(
      new Option("--fail-on <severity>", "exit with 3 at a finding of this severity or a higher one").choices([
        ...severities,
      ]),
    )
    .option("--allow-incomplete", "exit with 0 even if not everything could be looked at");

export const withFindingsFlags = (command: Command): Command =>
  command
    .addOption(new Option("--format <format>", "of the findings (default: table, jsonl with --json)").choices(formats))
    .option("--output <file>", "where the findings go (default: standard output)");

/** The format that is asked for. @throws UsageError for two at once */
export const formatOf = ({ json, format }: FindingsFlags & OutputFlags): Format => {
  if (json !== true) return format ?? "table";
  if (format === undefined || format === "jsonl") return "jsonl";
  throw new UsageError(`--json prints findings as JSON lines: leave it out, or --format ${format}`);
};
