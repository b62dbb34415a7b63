import type { DeadLetterReason } from "./dead-letters.ts";
import { KernelError } from "../errors.ts";

/** Why a cell did not handle a message. */
export type CellRefusal = Exclude<DeadLetterReason, "unreachable" | "refused">;

interface Refuser {
  readonly path: string;
  readonly incarnation: number;
  readonly lastFailure: Error | undefined;
}

/** What the asker of a message that was not handled is told. */
export const refusal = (target: Refuser, reason: CellRefusal): KernelError => {
  const { path, incarnation } = target;
  const ids = { path, incarnation };
  switch (reason) {
    case "stopped":
      return new KernelError("actor-stopped", `${path} has stopped`, { ids });
    case "rejected":
      return new KernelError("mailbox-full", `the mailbox of ${path} is full`, { retryable: true, ids });
    case "crashed":
    case "abandoned":
      return new KernelError("handler-failed", `${path} failed before it answered`, { ids, cause: target.lastFailure });
  }
};
