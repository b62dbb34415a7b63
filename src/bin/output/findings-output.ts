import { constants } from "node:fs";
import { access, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { asError } from "../../base/errors.ts";
import { findingsTable, jsonLine, sarifLog, type Finding } from "../../engines/scan/index.ts";
import { terminalSafe } from "./json-text.ts";
import { OutputError } from "./output-error.ts";
import { toStdout } from "./stdout.ts";
import { UsageError } from "../process/usage-error.ts";
import { version } from "../process/version.ts";

export const formats = ["table", "jsonl", "sarif"] as const;
export type Format = (typeof formats)[number];

/** What neither the table nor SARIF shows, and what takes most of the room. */
const withoutEvidence = (finding: Finding): Finding => ({ ...finding, request: "", response: "", "curl-command": "" });

/** The findings as text, piece by piece. JSON lines are passed on one by one; the other formats need all findings first. */
export async function* rendered(format: Format, findings: AsyncIterable<Finding>): AsyncGenerator<string> {
  if (format === "jsonl") {
    for await (const finding of findings) yield `${terminalSafe(jsonLine(finding).trimEnd())}\n`;
    return;
  }
  const kept: Finding[] = [];
  for await (const finding of findings) kept.push(withoutEvidence(finding));
  if (format === "sarif") yield `${sarifText(kept)}\n`;
  else yield kept.length === 0 ? "no findings\n" : `${findingsTable(kept)}\n`;
}

const sarifText = (findings: readonly Finding[]): string =>
  JSON.stringify(sarifLog(findings, version), undefined, 2).split("\n").map(terminalSafe).join("\n");

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

const toFile = async (output: string, pieces: AsyncIterable<string>): Promise<void> => {
  try {
    await writeFile(output, pieces);
  } catch (thrown) {
    // What the pieces come from may fail as well, and says so by itself.
    throw isSystemError(thrown) ? new OutputError(`--output ${output}`, thrown) : thrown;
  }
};

const isSystemError = (thrown: unknown): boolean => thrown instanceof Error && "syscall" in thrown;

/**
 * Writes results to a file, or to standard output. Every piece is taken from `pieces` even if a reader of standard output goes away
 * before the end: that is the reader's choice and no error.
 *
 * @throws OutputError, and what the pieces throw
 */
export const writeResults = async (pieces: AsyncIterable<string>, output: string | undefined): Promise<void> => {
  if (output !== undefined) return toFile(output, pieces);
  let read = true;
  for await (const piece of pieces) read &&= await toStdout(piece);
};
