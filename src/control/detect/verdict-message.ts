import type { VerdictView } from "../../actors/detect/index.ts";
import { vtSummary } from "../../engines/malware/rules/index.ts";
import type { Verdict } from "../../wire/index.ts";

type Plain = Omit<VerdictView, "detail"> & { readonly detail?: never };

/** Of many that are sent nearly all are as they are sent already. */
const isPlain = (view: VerdictView): view is Plain =>
  view.detail === undefined && Number.isInteger(view.decidedAtMs ?? 0);

/** A verdict as it is sent: its time in whole milliseconds, with the summary of its answers where they are there. */
export const verdictMessage = (view: VerdictView): Verdict => {
  if (isPlain(view)) return view;
  const { decidedAtMs, detail, ...rest }: VerdictView = view;
  return {
    ...rest,
    ...(decidedAtMs === undefined ? {} : { decidedAtMs: Math.round(decidedAtMs) }),
    ...(detail === undefined ? {} : { detail: { ...detail, summary: vtSummary(detail.answers) } }),
  };
};
