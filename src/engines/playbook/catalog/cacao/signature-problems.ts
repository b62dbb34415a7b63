import { type SignatureReport, verifySignatures } from "../../cacao/index.ts";
import type { SignaturePolicy } from "../catalog-setup.ts";

/** By which policy signatures are judged, and when. */
export interface SignatureCheck {
  readonly policy: SignaturePolicy;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Why the signatures of a playbook, or their absence, forbid to use it; none: they do not. */
export const signatureProblems = (
  raw: unknown,
  { policy, nowMs }: SignatureCheck,
): readonly { readonly at: string; readonly message: string }[] => {
  const reports = verifySignatures(raw, policy.trusted, nowMs);
  const problems = reports.flatMap((report, at) =>
    report.state === "invalid" ? [{ at: `signatures[${at}]`, message: invalid(report) }] : [],
  );
  if (problems.length > 0 || !policy.required || reports.some(({ state }) => state === "trusted")) return problems;
  const states = reports.map(({ id, state, reason }) => `${id} is ${state}: ${reason}`);
  const message = ["has no signature by a key of respond.signatures.trusted, which is required", ...states].join("; ");
  return [{ at: "signatures", message }];
};

const invalid = ({ id, reason }: SignatureReport): string => `the signature ${id} is invalid: ${reason}`;
