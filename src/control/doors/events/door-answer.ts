import type { RefusalReason } from "../../access/refusals.ts";

/** What a request for events is answered with. */
export interface DoorAnswer {
  readonly status: number;
  readonly body: object;
  readonly retryInMs?: number;
  /** The rest of the request is not worth reading. */
  readonly hangUp?: boolean;
}

/** Turns a request away, with a text that says what would be right. */
export class DoorRefusal extends Error {
  readonly answer: DoorAnswer;
  /** What is counted; absent: the caller may be here, and only this request is wrong. */
  readonly reason: RefusalReason | undefined;

  constructor(status: number, code: string, message: string, more: RefusalFacts = {}) {
    super(message);
    this.name = "DoorRefusal";
    const { reason, place, ...rest } = more;
    this.reason = reason;
    this.answer = { status, body: { error: { code, message, ...place } }, ...rest };
  }
}

export interface RefusalFacts extends Omit<DoorAnswer, "status" | "body"> {
  readonly reason?: RefusalReason;
  /** Which of the events it is about. */
  readonly place?: { readonly line: number } | { readonly index: number };
}

/** Refuses a caller: the reason is the code, and is counted. */
export const refusal = (status: number, reason: RefusalReason, message: string, retryInMs?: number): DoorRefusal =>
  new DoorRefusal(status, reason, message, {
    reason,
    hangUp: retryInMs === undefined,
    ...(retryInMs === undefined ? {} : { retryInMs }),
  });
