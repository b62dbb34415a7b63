import type { TraceContext } from "../../base/trace-context.ts";

/** A message with what travels beside it. Actors never see one. */
export class Envelope {
  readonly message: unknown;
  /** The trace that it was sent in. */
  readonly trace: TraceContext | undefined;

  constructor(message: unknown, trace: TraceContext | undefined) {
    this.message = message;
    this.trace = trace;
  }
}

/** The message of an entry of a mailbox. */
export const messageOf = (entry: unknown): unknown => (entry instanceof Envelope ? entry.message : entry);

/** The trace in which an entry of a mailbox is to be handled. */
export const traceOf = (entry: unknown): TraceContext | undefined =>
  entry instanceof Envelope ? entry.trace : undefined;
