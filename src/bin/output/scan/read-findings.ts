import { createReadStream } from "node:fs";
import { asError } from "../../../base/errors.ts";
import type { Finding } from "../../../engines/scan/index.ts";
import { readLines } from "../../process/read-lines.ts";
import { UsageError } from "../../process/usage-error.ts";
import { withoutEvidence } from "./findings-output.ts";
import { parseFinding } from "./parse-finding.ts";

/** Bytes of a line: more than a finding with all its evidence has. */
const longestLine = 4_194_304;
const mostFindings = 1_000_000;

async function* chunksOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw new UsageError(`${file}: cannot be read: ${asError(cause).message}`, cause);
  }
}

/**
 * The findings of a file of JSON lines, as `--format jsonl` writes it, without their evidence. Lines that are empty are
 * skipped.
 *
 * @throws UsageError with the line that is no finding
 */
export const readFindings = async (file: string): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for await (const { bytes, number } of readLines(chunksOf(file), file, longestLine)) {
    const text = Buffer.from(bytes).toString("utf8").trim();
    if (text === "") continue;
    if (findings.length >= mostFindings) throw new UsageError(`${file}: has more than ${mostFindings} findings`);
    try {
      findings.push(withoutEvidence(parseFinding(text)));
    } catch (cause) {
      throw new UsageError(`${file}:${number}: is no finding of --format jsonl: ${asError(cause).message}`, cause);
    }
  }
  return findings;
};
