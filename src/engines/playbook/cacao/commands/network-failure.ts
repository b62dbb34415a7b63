import { PlaybookError } from "../../errors.ts";
import { messageOf } from "../../protocol/error-text.ts";
import { CommandFailure } from "./failure.ts";

const mostCauses = 8;

/** Whether a thrown error, or what caused it, is the refusal of a connection by `respond.egress`. */
const egressRefusalIn = (thrown: unknown): PlaybookError | undefined => {
  let error: unknown = thrown;
  for (let depth = 0; error instanceof Error && depth < mostCauses; depth += 1) {
    if (error instanceof PlaybookError && error.code === "egress") return error;
    // A name with several addresses fails with all of their errors.
    const inner: unknown = error instanceof AggregateError ? error.errors.find(egressRefusalIn) : undefined;
    error = inner ?? error.cause;
  }
  return undefined;
};

/**
 * What a command fails with whose connection could not be made or broke.
 * @param place for people, such as `host:22`
 */
export const failureOf = (thrown: unknown, place: string): CommandFailure => {
  if (thrown instanceof CommandFailure) return thrown;
  const refusal = egressRefusalIn(thrown);
  if (refusal !== undefined) return new CommandFailure("refused", refusal.message, { cause: thrown });
  const reasons = thrown instanceof AggregateError && thrown.message === "" ? thrown.errors.map(messageOf) : [];
  const reason = reasons.length > 0 ? reasons.slice(0, mostCauses).join("; ") : messageOf(thrown);
  return new CommandFailure("threw", `${place}: ${reason}`, { cause: thrown });
};
