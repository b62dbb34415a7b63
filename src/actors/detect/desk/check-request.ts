import { z } from "zod";
import { taskTypes } from "../../../engines/malware/index.ts";
import { mostPerRequest } from "../centre-port.ts";
import { DetectError } from "../errors.ts";
import { answerShape } from "../records/answer-shape.ts";
import { relayOffer } from "../records/offers-record.ts";
import { kindShape, taskIdShape } from "../work.ts";

const whole = (most: number) => z.number().int().min(0).max(most);
const name = z.string().regex(/^[\x21-\x7e]{1,64}$/, "use 1 to 64 printable ASCII characters without blanks");

const relay = z.strictObject({
  host: name.regex(/^[^/]*$/, 'use no "/"'),
  incarnation: name.regex(/^[^/]*$/, 'use no "/"'),
});
const claim = z.strictObject({
  taskId: z.string().regex(taskIdShape),
  kind: z.string().regex(kindShape),
  nth: whole(31),
  token: whole(Number.MAX_SAFE_INTEGER),
});
const wanted = z.strictObject({
  kind: z.string().regex(kindShape),
  taskTypes: z.array(z.enum(taskTypes)).min(1).max(taskTypes.length).readonly(),
  count: whole(mostPerRequest.tasks),
});
const summary = z.strictObject({
  taskId: z.string().regex(taskIdShape),
  answers: z
    .array(z.strictObject({ claim, answer: answerShape }))
    .max(512)
    .readonly(),
  givenBack: z
    .array(
      z.strictObject({
        claim,
        reason: z.enum(["returned", "failed"]),
        delayMs: z.number().min(0).max(3_600_000),
        message: z.string().max(1_000),
      }),
    )
    .max(512)
    .readonly(),
});

/** What relays ask with, each with its bounds. */
export const requestShapes = {
  relay,
  kinds: z.array(relayOffer).max(mostPerRequest.kinds).readonly(),
  wanted: z.array(wanted).max(mostPerRequest.kinds).readonly(),
  taskIds: z.array(z.string().regex(taskIdShape)).max(mostPerRequest.tasks).readonly(),
  claims: z.array(claim).max(mostPerRequest.tasks).readonly(),
  summaries: z.array(summary).max(mostPerRequest.tasks).readonly(),
} as const;

/** @throws DetectError `invalid`, naming the place */
export const checkRequest = <Value>(what: string, shape: z.ZodType<Value>, given: unknown): Value => {
  const checked = shape.safeParse(given);
  if (checked.success) return checked.data;
  const problems = checked.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${[what, ...path].join(".")}: ${message}`);
  throw new DetectError("invalid", problems.join("; ").slice(0, 500), { cause: checked.error });
};
