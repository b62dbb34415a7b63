import { GarrisonError } from "../../base/errors.ts";
import { KernelError, type KernelErrorCode } from "../../kernel/index.ts";
import { envelopeBounds } from "../../wire/index.ts";
import type { RemoteRefusal } from "./refusals.ts";

/** The actor of another node that a failure is about. */
interface Subject {
  readonly node: string;
  readonly path: string;
  readonly incarnation: number;
}

const idsOf = ({ node, path, incarnation }: Subject): Subject => ({ node, path, incarnation });

/** There is no way out for now. */
export const unreachable = (target: Subject): KernelError =>
  new KernelError("unreachable", `the outbox to node "${target.node}" is full`, {
    retryable: true,
    ids: { ...idsOf(target) },
  });

/** The node, or the one incarnation of it that was meant, is no member. An actor that is named by its path may have a successor. */
export const nodeGone = (target: Subject): KernelError =>
  new KernelError("node-gone", `node "${target.node}", where ${target.path} lives, is not a live member`, {
    retryable: target.incarnation === 0,
    ids: { ...idsOf(target) },
  });

/** This node ends. Of the other one that says nothing. */
export const linksClosed = (target: Subject): KernelError =>
  new KernelError("unreachable", `this node ends, and its link to node "${target.node}" is closed`, {
    ids: { ...idsOf(target) },
  });

export const refused = (target: Subject, reason: RemoteRefusal): KernelError =>
  new KernelError("refused", `${target.path} of node "${target.node}" cannot take it: ${reason}`, {
    ids: { ...idsOf(target), reason },
  });

export const stopped = (target: Pick<Subject, "path" | "incarnation">): KernelError =>
  new KernelError("actor-stopped", `${target.path} has stopped`, {
    ids: { path: target.path, incarnation: target.incarnation },
  });

/** A failure as it travels. */
export interface FailureText {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

/** A character of a JavaScript text takes at most three bytes in UTF-8. */
const bytesOfChar = 3;

const clipped = (text: string, bytes: number): string => text.slice(0, Math.floor(bytes / bytesOfChar));

export const failureText = (error: Error): FailureText => {
  const known: GarrisonError | undefined = error instanceof GarrisonError ? error : undefined;
  return {
    code: clipped(known?.code ?? "handler-failed", envelopeBounds.codeBytes),
    message: clipped(error.message, envelopeBounds.messageBytes),
    retryable: known?.retryable ?? false,
  };
};

/** What may arrive as it was thrown; anything else is a failure of the actor's own. */
const passed = new Set<string>([
  "actor-stopped",
  "handler-failed",
  "mailbox-full",
  "too-many-asks",
  "refused",
  "unreachable",
  "node-gone",
] satisfies KernelErrorCode[]);

const isPassed = (code: string): code is KernelErrorCode => passed.has(code);

/** The failure that another node sent, as the asker sees it. */
export const failureOf = (target: Subject, { code, message, retryable }: FailureText): KernelError => {
  const ids = { ...idsOf(target), reason: code };
  return new KernelError(isPassed(code) ? code : "handler-failed", message, { retryable, ids });
};
