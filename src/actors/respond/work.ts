import { z } from "zod";
import type { Json } from "../../base/json.ts";
import { RespondError } from "./errors.ts";
import { causeShape, eventIdShape, sourceShape, type SecurityEvent } from "../../engines/events/index.ts";

export { keyOf } from "../../engines/events/index.ts";

/** The space in which events and runs live, and its queues. */
export const respondSpace = "respond";
export const eventQueue = "events";
export const runQueue = "runs";

/** The queues of respond, for listings. */
export const respondQueues: readonly { readonly space: string; readonly queue: string }[] = [
  { space: respondSpace, queue: eventQueue },
  { space: respondSpace, queue: runQueue },
];

/** Of a run: 0 … 255, lower first. */
export const defaultRunPriority = 100;

export const runIdShape = /^[a-z0-9]{1,24}$/;

/** @param key of an event, which is also the id of its queue item. @throws RespondError `invalid` */
export const checkKey = (key: string): void => {
  const cut = key.indexOf("/");
  if (cut > 0 && sourceShape.test(key.slice(0, cut)) && eventIdShape.test(key.slice(cut + 1))) return;
  throw new RespondError("invalid", `event ${JSON.stringify(key).slice(0, 80)}: write SOURCE/ID, as it was accepted`);
};

/** @throws RespondError `invalid` */
export const checkRunId = (id: string): void => {
  if (runIdShape.test(id)) return;
  throw new RespondError("invalid", `run ${JSON.stringify(id).slice(0, 80)}: use 1 to 24 of a-z and 0-9`);
};

const text = z.string();
const logsource = z.strictObject({
  category: text.exactOptional(),
  product: text.exactOptional(),
  service: text.exactOptional(),
});

/** An event as the store holds it. It was validated when it was accepted. */
export const storedEvent = z.strictObject({
  id: text,
  source: text,
  kind: text,
  logsource: logsource.exactOptional(),
  occurredAtMs: z.number().exactOptional(),
  data: z.custom<SecurityEvent["data"]>((value) => typeof value === "object" && value !== null),
  cause: causeShape.exactOptional(),
});

const trace = text.max(100).exactOptional();
const eventWork = z.strictObject({ event: storedEvent, receivedAtMs: z.number(), trace });
const runWork = z.strictObject({ run: text.regex(runIdShape), trace });

/** An event as it is stored. */
export type StoredEvent = z.infer<typeof storedEvent>;
/** One event as it waits in its queue. `trace`: the `traceparent` of the call that reported it. */
export type EventWork = z.infer<typeof eventWork>;
/** One run as it waits in its queue. */
export type RunWorkItem = z.infer<typeof runWork>;

/** Parse what the store holds. They throw a ZodError that names the field. */
export const parseEventWork = (body: Json): EventWork => eventWork.parse(body);
export const parseRunWork = (body: Json): RunWorkItem => runWork.parse(body);
