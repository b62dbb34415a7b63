import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import { causeShape } from "../../../engines/events/index.ts";
import { taskTypes } from "../../../engines/malware/index.ts";
import { kindShape, sha256Shape } from "../work.ts";

/** Those who wait for one task by name; more may wait without being told. */
export const mostRequesters = 50;

export const requirementShape = z
  .array(z.strictObject({ kind: z.string().regex(kindShape), count: z.number().int().min(1).max(32) }))
  .max(64)
  .readonly();

const requester = z.strictObject({
  source: z.string().min(1).max(200),
  callbackUrl: z.string().max(2_048).exactOptional(),
});

const task = z.strictObject({
  state: z.enum(["open", "decided"]),
  sha256: z.string().regex(sha256Shape),
  taskType: z.enum(taskTypes),
  size: z.number().int().min(0),
  md5: z.string(),
  sha1: z.string(),
  /** What the requester calls it. */
  name: z.string().max(500).exactOptional(),
  requirement: requirementShape,
  createdAtMs: z.number(),
  /** Nobody asked: an older verdict does not hold any more. */
  refresh: z.boolean(),
  requesters: z.array(requester).max(mostRequesters).readonly(),
  /** Who submitted the bytes again while it was open: if it lacked them, another task looks at these. */
  resubmittedBy: requester.shape.source.exactOptional(),
  /** Of who started it, where that was a playbook. */
  cause: causeShape.exactOptional(),
});

/** One object that detectors look at, and who wants to know. Written when it is made, when somebody joins, and when it is decided. */
export type TaskRecord = z.infer<typeof task>;
export type Requester = z.infer<typeof requester>;

const flight = z.strictObject({ task: z.string() });

/** Parse what the store holds. They throw a ZodError that names the field. */
export const parseTask = (value: Json): TaskRecord => task.parse(value);
/** The id of the open task. */
export const parseFlight = (value: Json): string => flight.parse(value).task;
