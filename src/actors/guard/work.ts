import { z } from "zod";
import type { Json } from "../../base/json.ts";
import { causeShape, eventIdShape } from "../../engines/events/index.ts";

/** The space in which the shards keep what they count and who is intercepted, and its queue of events that are to be raised. */
export const guardSpace = "guard";
export const guardEventQueue = "event";
export const guardQueues: readonly { readonly space: string; readonly queue: string }[] = [
  { space: guardSpace, queue: guardEventQueue },
];

const text = z.string();

const guardEvent = z.strictObject({
  /** Also of the item: unique for what happened, so that twice is once. */
  id: text.regex(eventIdShape).max(100),
  /** `crossing`: a subject exceeded a rule. The others: somebody asked for it. */
  kind: z.enum(["crossing", "block", "unblock"]),
  /** Rule 0 for what somebody asked for. */
  key: z.strictObject({ rule: z.number().int().min(0), field: text.min(1), subject: text.min(1) }),
  /** Absent: no rule. */
  ruleName: text.exactOptional(),
  action: z.enum(["deny", "challenge"]),
  /** Only said, not done. */
  shadow: z.boolean(),
  /** A cap is reached: nothing is intercepted until a person settles it. */
  pending: z.boolean(),
  /** Wall time; the end of the interception, of an unblock when it would have ended. */
  untilMs: z.number(),
  atMs: z.number(),
  reason: text.max(500),
  /** Who asked for it; empty: a rule. */
  by: text.max(300),
  cause: causeShape.exactOptional(),
});

/** An interception that began or was taken back, as it waits in the queue to be raised as a security event. */
export type GuardEvent = z.infer<typeof guardEvent>;

/** Parses what the store holds. Throws a ZodError that names the field. */
export const parseGuardEvent = (body: Json): GuardEvent => guardEvent.parse(body);
