import { asError } from "../../../../base/errors.ts";
import { printable } from "../../../../base/printable.ts";
import { cacaoBounds, type CacaoProblem, readPlaybook } from "../../cacao/index.ts";
import { catalogBounds } from "../bounds.ts";
import type { CatalogProblem } from "../catalog.ts";
import type { Reading } from "../files/last-good.ts";
import type { FoundCacao, WithdrawnCacao } from "./found-cacao.ts";
import { type SignatureCheck, signatureProblems } from "./signature-problems.ts";

/** Reads the CACAO playbook in a file, and judges its signatures. */
export const readCacaoFile = (
  file: string,
  id: string,
  source: Buffer,
  check: SignatureCheck,
): Reading<FoundCacao | WithdrawnCacao> => {
  const bad = (...problems: readonly CatalogProblem[]): Reading<never> => ({ value: undefined, problems });
  if (source.length > cacaoBounds.bytes) return bad(problemOf(file, `is larger than ${cacaoBounds.bytes} bytes`));
  let raw: unknown;
  try {
    raw = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(source));
  } catch (thrown) {
    return bad(problemOf(file, `is not JSON: ${printable(asError(thrown).message, 200)}`));
  }
  if (!isPlaybook(raw)) return bad(problemOf(file, otherJson));
  const reading = readPlaybook(raw);
  if (reading.status !== "supported") {
    const problems = reading.problems.slice(0, catalogBounds.problems).map((problem) => ofCacao(file, problem));
    const isRevoked = reading.problems.some(({ rule }) => rule === "revoked");
    const playbookId = "id" in raw && typeof raw.id === "string" ? raw.id : "";
    return isRevoked ? { value: { kind: "withdrawn", file, playbookId, problems }, problems: [] } : bad(...problems);
  }
  const problems = signatureProblems(raw, check).map(({ at, message }) => ({ file, at, message }));
  if (problems.length > 0) return bad(...problems);
  return { value: { kind: "cacao", file, id, raw, playbook: reading.playbook }, problems: [] };
};

const otherJson =
  'is no CACAO playbook: its type is not "playbook"; move what only serves a playbook into a folder below';

const isPlaybook = (raw: unknown): raw is object =>
  typeof raw === "object" && raw !== null && "type" in raw && raw.type === "playbook";

const problemOf = (file: string, message: string): CatalogProblem => ({ file, at: "", message });

/** The key has the step in it. */
const ofCacao = (file: string, { key, reason }: CacaoProblem): CatalogProblem => ({
  file,
  at: key === "$" ? "" : key,
  message: reason,
});
