import type { VerdictView } from "../../actors/detect/index.ts";
import { vtSummary } from "../../engines/malware/rules/index.ts";
import type { Verdict } from "../../wire/index.ts";

/** A verdict as it is sent: its time in whole milliseconds, with the summary of its answers where they are there. */
export const verdictMessage = (view: VerdictView): Verdict => {
  const { decidedAtMs, detail } = view;
  // Of many that are sent nearly all are it already.
  if (detail === undefined && Number.isInteger(decidedAtMs ?? 0)) return view;
  return {
    ...view,
    ...(decidedAtMs === undefined ? {} : { decidedAtMs: Math.round(decidedAtMs) }),
    ...(detail === undefined ? {} : { detail: { ...detail, summary: vtSummary(detail.answers) } }),
  };
};
