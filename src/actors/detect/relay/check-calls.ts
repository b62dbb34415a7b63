import { z } from "zod";
import { detectorClasses, scanFailures, taskTypes, trusts } from "../../../engines/malware/index.ts";
import { DetectError } from "../errors.ts";
import { problemShape, versionShape } from "../records/answer-shape.ts";
import { kindShape, sha256Shape, taskIdShape } from "../work.ts";

/** Names of detectors and of their lives. */
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const count = z.number().int().min(1).max(1_024);
const sha256 = z.string().regex(sha256Shape);
const taskId = z.string().regex(taskIdShape);

const heartbeat = z.object({
  detector: name,
  incarnation: name,
  description: z.object({
    kind: z.string().regex(kindShape),
    class: z.enum(detectorClasses),
    taskTypes: z.array(z.enum(taskTypes)).min(1).max(taskTypes.length),
    engineVersion: versionShape,
    signatureVersion: versionShape,
    problem: problemShape.exactOptional(),
  }),
  capacity: count,
  load: z.number().int().min(0).max(1_000_000),
  pid: z.number().int().min(1).optional(),
});

const claim = z.object({
  detector: name,
  incarnation: name,
  wants: z
    .array(z.object({ taskType: z.enum(taskTypes), count }))
    .min(1)
    .refine((wants) => new Set(wants.map(({ taskType }) => taskType)).size === wants.length, "one for each task type"),
  taskIds: z.array(taskId).min(1).max(256).optional(),
  waitMs: z.number().min(0).max(60_000),
});

const result = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("verdict"),
    trust: z.enum(trusts),
    reputation: z.number().min(0).max(100).optional(),
    names: z.array(z.string().max(200)).max(64),
  }),
  z.object({ outcome: z.literal("no-opinion") }),
  z.object({ outcome: z.literal("error"), failure: z.enum(scanFailures), message: z.string().max(1_000) }),
]);

const report = z.object({
  detector: name,
  incarnation: name,
  results: z
    .array(
      z.object({
        taskId,
        kind: z.string().regex(kindShape),
        nth: z.number().int().min(0).max(1_024),
        result,
        tookMs: z.number().min(0),
        madeWith: z.object({ engineVersion: versionShape, signatureVersion: versionShape }).optional(),
      }),
    )
    .min(1)
    .max(1_024),
});

const object = z.object({ detector: name, sha256 });

const shapes = { heartbeat, claim, report, object };

/**
 * Refuses a call of a detector that breaks a bound: detectors are programs of anyone.
 * @throws DetectError `invalid`, with the field
 */
export const checkCall = (call: keyof typeof shapes, request: unknown): void => {
  const checked = shapes[call].safeParse(request);
  if (checked.success) return;
  const { path, message } = checked.error.issues[0] ?? { path: [], message: "not understood" };
  throw new DetectError("invalid", `${call}: ${path.map(String).join(".")}: ${message}`);
};
