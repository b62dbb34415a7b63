import { status, type Metadata } from "@grpc/grpc-js";
import { parseTraceparent, type TraceContext } from "../../base/trace-context.ts";
import type { Span, Tracing } from "../../base/tracing.ts";
import { callKeys, statusName } from "../../wire/index.ts";
import type { OpenCall } from "./call.ts";
import type { CallFailure } from "./call-failure.ts";

/** The trace that the caller is in. What is no `traceparent`, or more than one, is as none. */
const traceOf = (metadata: Metadata): TraceContext | undefined => {
  const [text, ...more] = metadata.get(callKeys.traceparent);
  return typeof text === "string" && more.length === 0 ? parseTraceparent(text) : undefined;
};

/** Begins the span of a call that was let in: in the trace of its caller, or in a new one. */
export const callSpan = (tracing: Tracing, path: string, metadata: Metadata): Span => {
  const [service = "", method = ""] = path.slice(1).split("/");
  const attributes = { "rpc.system": "grpc", "rpc.service": service, "rpc.method": method };
  return tracing.run(undefined, () => tracing.span(`${service}/${method}`, "server", attributes, traceOf(metadata)));
};

/** Ends the span of a call as the call ended. */
export const endCallSpan = (span: Span, { subject }: OpenCall, failure: CallFailure | undefined): void => {
  span.set({
    "rpc.grpc.status_code": failure === undefined ? status.OK : status[statusName(failure.code)],
    ...(subject === "" ? {} : { "garrison.subject": subject }),
  });
  span.end(failure?.reason);
};
