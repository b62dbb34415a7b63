import type { ServiceError } from "@grpc/grpc-js";
import { GarrisonError, asError, type ErrorFacts } from "../base/errors.ts";
import { codeOf, detailKeys, type CallErrorCode } from "../wire/index.ts";

interface ClientErrorFacts extends ErrorFacts {
  readonly reason?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** A call that failed; see `CallErrorCode` for what each code means. */
export class ClientError extends GarrisonError<CallErrorCode> {
  /** Stable name of what is wrong, such as `bundle-unknown`, where the node gave one. */
  readonly reason: string | undefined;
  /** The node asks not to be called again before this has passed. */
  readonly retryAfterMs: number | undefined;

  constructor(code: CallErrorCode, message: string, facts: ClientErrorFacts = {}) {
    super(code, message, facts);
    this.reason = facts.reason;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

const isServiceError = (error: Error): error is ServiceError =>
  "code" in error && typeof error.code === "number" && "metadata" in error && "details" in error;

/** What grpc-js ends its details with when it has no more to say. */
const emptyNote = /\.? Resolution note: $/;

/** What grpc-js reports, or what was thrown on the way to it. */
export const clientError = (thrown: unknown, address: string): ClientError => {
  if (thrown instanceof ClientError) return thrown;
  const error = asError(thrown);
  if (!isServiceError(error)) return new ClientError("internal", error.message, { cause: error });
  const detail = (key: string): string | undefined => error.metadata.get(key)[0]?.toString();
  const reason = detail(detailKeys.reason);
  const retryAfterMs = Number(detail(detailKeys.retryAfterMs));
  const code = codeOf(error.code);
  const message =
    code === "unavailable" && reason === undefined
      ? `no answer from the node at ${address}: ${error.details.replace(emptyNote, "")}`
      : error.details;
  return new ClientError(code, message, {
    retryable: detail(detailKeys.retryable) === "true" || code === "unavailable",
    reason,
    retryAfterMs: Number.isFinite(retryAfterMs) ? retryAfterMs : undefined,
    ids: { address },
    cause: error,
  });
};
