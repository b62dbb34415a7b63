import type { VerdictView } from "../../actors/detect/index.ts";
import { vtSummary } from "../../engines/malware/rules/index.ts";
import type { Verdict } from "../../wire/index.ts";

/** A verdict as it is sent: with the summary of its answers, where they are there. */
export const verdictMessage = ({ decidedAtMs, detail, ...view }: VerdictView): Verdict => ({
  ...view,
  ...(decidedAtMs === undefined ? {} : { decidedAtMs: Math.round(decidedAtMs) }),
  ...(detail === undefined ? {} : { detail: { ...detail, summary: vtSummary(detail.answers) } }),
});
