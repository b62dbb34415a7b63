import { PlaybookError } from "../../errors.ts";
import type { CacaoPlaybook, CacaoProblem } from "../model/playbook.ts";
import { readPlaybook } from "../read/read-playbook.ts";
import { type SignatureReport, type TrustedKey, verifySignatures } from "../signature/verify-signatures.ts";

/** A CACAO playbook that can run, with what people should know about its file. */
export interface CacaoDescription {
  readonly playbook: CacaoPlaybook;
  readonly warnings: readonly CacaoProblem[];
  /** In the order of the file. */
  readonly signatures: readonly SignatureReport[];
}

/**
 * @param source what JSON.parse made of the file
 * @param nowMs milliseconds since 1970, for the validity dates of signatures
 * @throws PlaybookError `invalid-playbook` for one that cannot run, with the first reason
 */
export const describeCacao = (source: unknown, trusted: readonly TrustedKey[], nowMs: number): CacaoDescription => {
  const reading = readPlaybook(source);
  if (reading.status === "supported") {
    const { playbook, warnings } = reading;
    return { playbook, warnings, signatures: verifySignatures(source, trusted, nowMs) };
  }
  const [first] = reading.problems;
  const place = first === undefined || first.key === "" ? "" : `${first.key}: `;
  throw new PlaybookError("invalid-playbook", `${reading.status}: ${place}${first?.reason ?? "it cannot run"}`);
};
