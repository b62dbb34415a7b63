import { cacaoExports } from "../../../control/runs/playbook-message.ts";
import {
  type CacaoProblem,
  type CacaoReading,
  readPlaybook,
  type TrustedKey,
  verifySignatures,
} from "../../../engines/playbook/cacao/index.ts";
import { type JudgedFile, nothingMore, type Reason } from "./judged-file.ts";
import { keyLines } from "./key-lines.ts";
import type { ListedFile } from "./listed-files.ts";
import { reasonOf } from "./place.ts";
import { readCacaoFile } from "./read-cacao.ts";

/** Problems of a text with their lines, which are looked for only if there is a problem. */
const reasonsOf = (problems: readonly CacaoProblem[], text: string): readonly Reason[] => {
  if (problems.length === 0) return [];
  const lineOf = keyLines(text);
  return problems.map(({ step = null, key, reason }) => ({ step, key, line: lineOf(key), message: reason }));
};

/** What the file says by itself, and then what the catalog says of it among the others, and of its signatures. */
const verdictOf = (
  reading: CacaoReading,
  text: string,
  problems: ListedFile["problems"],
): Pick<JudgedFile, "status" | "reasons"> => {
  if (reading.status !== "supported") return { status: reading.status, reasons: reasonsOf(reading.problems, text) };
  return { status: problems.length > 0 ? "refused" : "supported", reasons: problems.map(reasonOf) };
};

/**
 * What is to be said of a file that may be a CACAO playbook.
 *
 * @param nowMs milliseconds since 1970, for the validity dates of signatures
 */
export const judgeCacao = async (
  { file, id, kind, problems }: ListedFile,
  trusted: readonly TrustedKey[],
  nowMs: number,
): Promise<JudgedFile> => {
  const about = { file, id: id ?? null, kind };
  const found = await readCacaoFile(file);
  if ("problem" in found) {
    const reasons = [{ step: null, key: "", line: 1, message: found.problem }];
    return { ...about, status: "invalid", reasons, ...nothingMore };
  }
  const { source, text } = found;
  const reading = readPlaybook(source);
  const judged = { ...about, ...verdictOf(reading, text, problems), warnings: reasonsOf(reading.warnings, text) };
  if (reading.status !== "supported") return { ...judged, markings: [], signatures: [] };
  const { playbook, warnings } = reading;
  const { cacao } = cacaoExports({ playbook, warnings, signatures: verifySignatures(source, trusted, nowMs) });
  return { ...judged, markings: cacao?.markings ?? [], signatures: cacao?.signatures ?? [] };
};
