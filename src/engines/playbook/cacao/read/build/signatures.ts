import type { Findings, Path } from "../findings.ts";
import { parseShape } from "../shape/parse-shape.ts";
import { signatureShape } from "../shape/signature.ts";

/** Checks the form of signatures and of those over them (10.15). Whether they are right is the matter of `verifySignatures`. */
export const checkSignatures = (signatures: readonly unknown[] | undefined, findings: Findings): void => {
  for (const [at, signature] of (signatures ?? []).entries()) checkSignature(signature, ["signatures", at], findings);
};

const checkSignature = (raw: unknown, path: Path, findings: Findings): void => {
  const written = parseShape(signatureShape, raw, path, findings);
  if (written?.signature !== undefined) checkSignature(written.signature, [...path, "signature"], findings);
};
