import type { CacaoPlaybook } from "../model/playbook.ts";

/** Which date of a playbook does not permit it at this time, milliseconds since 1970. */
export const invalidAt = (
  { validFromMs, validUntilMs }: CacaoPlaybook,
  nowMs: number,
): "valid_from" | "valid_until" | undefined => {
  if (validFromMs !== undefined && nowMs < validFromMs) return "valid_from";
  return validUntilMs !== undefined && nowMs >= validUntilMs ? "valid_until" : undefined;
};
