export { bundleText, type BundleParts, callKey } from "./bundle/bundle-text.ts";
export { readBundle } from "./bundle/read-bundle.ts";
export { describeCacao, type CacaoDescription } from "./describe/describe-cacao.ts";
export { commandTypesOf, externalsOf, secretsOf } from "./describe/listed.ts";
export { cacaoBounds } from "./model/playbook.ts";
export type { CacaoPlaybook, CacaoProblem, CacaoReading, Marking } from "./model/playbook.ts";
export { readPlaybook } from "./read/read-playbook.ts";
export { supportTable, type SupportRow } from "./read/support-table.ts";
export { compareTimestamps } from "./timestamp.ts";
export type { CacaoBundle } from "./run/bundle.ts";
export { readTrustedKey } from "./signature/trusted-key.ts";
export {
  verifySignatures,
  type SignatureReport,
  type SignatureState,
  type TrustedKey,
} from "./signature/verify-signatures.ts";
export { valueProblem } from "./variables/value-problem.ts";
