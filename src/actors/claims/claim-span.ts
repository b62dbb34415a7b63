import { parseTraceparent, type TraceContext } from "../../base/trace-context.ts";
import { noSpan, type Span, type Tracing } from "../../base/tracing.ts";
import type { Claim } from "../../store/index.ts";

/** The trace that a work item carries in its body. */
const traceOf = ({ body }: Claim): TraceContext | undefined => {
  if (typeof body !== "object" || body === null || !("trace" in body)) return undefined;
  const trace = body["trace"];
  return typeof trace === "string" ? parseTraceparent(trace) : undefined;
};

/**
 * The span of the work on one claim, below the call that submitted it: also on another node, and when an earlier claim was lost. None
 * for what was submitted without a trace, whose parts would each begin one of their own.
 */
export const claimSpan = (
  tracing: Tracing,
  name: "scan task" | "scan subtask" | "playbook run",
  claim: Claim,
): Span => {
  const trace = tracing.enabled ? traceOf(claim) : undefined;
  if (trace === undefined) return noSpan;
  const attributes = {
    "garrison.item.id": claim.id,
    "garrison.claim.token": claim.token,
    "garrison.claim.failures": claim.failures,
    "garrison.claim.losses": claim.losses,
  };
  return tracing.span(name, "consumer", attributes, trace);
};
