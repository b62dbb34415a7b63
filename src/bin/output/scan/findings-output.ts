import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { asError } from "../../../base/errors.ts";
import type { Finding, ScanReport } from "../../../engines/scan/index.ts";
// Not through the index: a command that prints findings loads no engine.
import { changeKinds, type Changes } from "../../../engines/scan/report/changes.ts";
import { htmlReport } from "../../../engines/scan/report/html.ts";
import { jsonLine } from "../../../engines/scan/report/jsonl.ts";
import { markdownReport } from "../../../engines/scan/report/markdown.ts";
import { sarifLog } from "../../../engines/scan/report/sarif.ts";
import { changesTable, findingsTable } from "../../../engines/scan/report/table.ts";
import type { Format } from "../text/format.ts";
import { FindingTally } from "./finding-tally.ts";
import { terminalSafe } from "../text/json-text.ts";
import { toStdout } from "../stdout.ts";
import { toFile } from "../to-file.ts";
import { UsageError } from "../../process/usage-error.ts";
import { version } from "../../process/version.ts";

/** How complete what was found is, and what it is compared with. */
export interface Standing {
  readonly complete: boolean;
  /** What was not looked at and why, a sentence each. */
  readonly gaps: readonly string[];
  /** Compares all findings with those of an earlier scan; absent: nothing is compared. */
  readonly compare?: (findings: readonly Finding[]) => Changes;
}

export interface FindingsOutput {
  readonly format: Format;
  /** A file; `undefined`: standard output. */
  readonly output: string | undefined;
  /** Whether the standing will have a comparison. */
  readonly compared?: boolean;
}

/** What became of the findings while they were written. */
export interface Written {
  readonly tally: FindingTally;
  readonly changes?: Changes;
}

/** What neither the table nor SARIF nor a comparison shows, and what takes most of the room. */
export const withoutEvidence = (finding: Finding): Finding => ({
  ...finding,
  request: "",
  response: "",
  "curl-command": "",
});

/**
 * Writes findings in a format; JSON lines one by one, the other formats once all findings are there.
 *
 * @param standing asked for once all findings have been taken
 */
export const writeFindings = async (
  findings: AsyncIterable<Finding> | Iterable<Finding>,
  standing: () => Standing,
  { format, output, compared = false }: FindingsOutput,
): Promise<Written> => {
  const tally = new FindingTally();
  let changes: Changes | undefined;
  const pieces = async function* (): AsyncGenerator<string> {
    const kept: Finding[] = [];
    for await (const finding of tally.counting(findings)) {
      if (format === "jsonl") yield lineOf(finding);
      if (format === "markdown" || format === "html") kept.push(finding);
      else if (format !== "jsonl" || compared) kept.push(withoutEvidence(finding));
    }
    const { complete, gaps, compare } = standing();
    changes = compare?.(kept);
    if (format === "jsonl") return;
    yield* textOf(format, { findings: kept, complete, gaps, ...(changes === undefined ? {} : { changes }) });
  };
  await writeResults(pieces(), output);
  return { tally, ...(changes === undefined ? {} : { changes }) };
};

/** Writes what has changed between two scans as JSON lines, each with `change` and `finding`. */
export const writeChanges = async (changes: Changes, output: string | undefined): Promise<Written> => {
  const pieces = function* (): Generator<string> {
    for (const change of changeKinds) {
      for (const finding of changes[change]) yield `{"change":"${change}","finding":${lineOf(finding).trimEnd()}}\n`;
    }
  };
  await writeResults(pieces(), output);
  return { tally: FindingTally.of(changes.new), changes };
};

const lineOf = (finding: Finding): string => `${terminalSafe(jsonLine(finding).trimEnd())}\n`;

const textOf = (format: Exclude<Format, "jsonl">, report: ScanReport): Iterable<string> => {
  switch (format) {
    case "table":
      return tableText(report);
    case "sarif":
      return [sarifText(report), "\n"];
    case "markdown":
      return markdownReport(report);
    case "html":
      return htmlReport(report);
  }
};

const tableText = ({ findings, complete, gaps, changes }: ScanReport): readonly string[] => {
  const empty = changes === undefined ? findings.length === 0 : changeKinds.every((kind) => changes[kind].length === 0);
  const table = changes === undefined ? findingsTable(findings) : changesTable(changes);
  return [empty ? "no findings\n" : `${table}\n`, ...(complete ? [] : [incompleteLine(gaps.length)])];
};

const incompleteLine = (gaps: number): string =>
  `the scan is incomplete${gaps === 0 ? "" : `: ${gaps} ${gaps === 1 ? "gap" : "gaps"}`}\n`;

const sarifText = (report: ScanReport): string =>
  JSON.stringify(sarifLog(report, version), undefined, 2).split("\n").map(terminalSafe).join("\n");

/** Before hours of work: whether the results can be written there. @throws UsageError */
export const checkOutput = async (output: string): Promise<void> => {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new UsageError(`--output ${output}: ${reason}`, cause);
  };
  const there = await stat(output).catch(() => undefined);
  if (there?.isDirectory() === true) return refuse("is a folder, give a file");
  const written = there === undefined ? dirname(output) : output;
  await access(written, constants.W_OK).catch((cause: unknown) => refuse(asError(cause).message, cause));
};

/**
 * Writes results to a file, or to standard output. Every piece is taken from `pieces` even if a reader of standard output goes away
 * before the end: that is the reader's choice and no error.
 *
 * @throws OutputError, and what the pieces throw
 */
const writeResults = async (
  pieces: AsyncIterable<string> | Iterable<string>,
  output: string | undefined,
): Promise<void> => {
  if (output !== undefined) return toFile(output, pieces);
  let read = true;
  for await (const piece of pieces) read &&= await toStdout(piece);
};
