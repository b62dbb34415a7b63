import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import { causeShape, ownSource, type SecurityEvent } from "../../../engines/events/index.ts";
import { taskTypes } from "../../../engines/malware/index.ts";
import type { Change } from "../../../store/index.ts";
import type { Made } from "../centre/made.ts";
import { decisionShape, type VerdictRecord } from "../records/verdict-record.ts";
import { detectEventQueue, sha256Shape, taskIdShape } from "../work.ts";

const mostNames = 10;
const nameChars = 200;

const verdictChange = z.strictObject({
  /** The task that decided. */
  taskId: z.string().regex(taskIdShape),
  taskType: z.enum(taskTypes),
  sha256: z.string().regex(sha256Shape),
  md5: z.string(),
  sha1: z.string(),
  size: z.number().int().min(0),
  decidedAtMs: z.number(),
  trust: decisionShape.shape.trust,
  degraded: z.boolean(),
  reputation: z.number().exactOptional(),
  /** What detectors call it. */
  names: z.array(z.string().max(nameChars)).max(mostNames).readonly(),
  cause: causeShape.exactOptional(),
});

/** A sample became black, or is it no longer. */
export type VerdictChange = z.infer<typeof verdictChange>;

const isBlack = (record: VerdictRecord | undefined): boolean =>
  Object.values(record?.types ?? {}).some(({ decision }) => decision.trust === "black");

/** What lets a change of the library be raised as an event, for the commit that makes it; nothing where the sample is as black as it was. */
export const verdictChangeAdds = (
  made: Made,
  before: VerdictRecord | undefined,
  after: VerdictRecord,
): readonly Change[] => {
  if (isBlack(before) === isBlack(after)) return [];
  const { taskId, task, decidedAtMs, decision, answers } = made;
  const { sha256, md5, sha1, size, taskType, cause } = task;
  const { trust, degraded, reputation } = decision;
  const names = answers.flatMap(({ result }) => (result.outcome === "verdict" ? result.names : []));
  const body: VerdictChange = {
    ...{ taskId, taskType, sha256, md5, sha1, size, decidedAtMs, trust, degraded },
    ...(reputation === undefined ? {} : { reputation }),
    names: [...new Set(names.map((name) => name.slice(0, nameChars)))].slice(0, mostNames),
    ...(cause === undefined ? {} : { cause }),
  };
  return [{ type: "add", queue: detectEventQueue, item: { id: taskId, body } }];
};

/** The event of an item of the queue. Throws a ZodError that names the field. */
export const verdictEventOf = (body: Json): SecurityEvent => {
  const { taskId, sha256, md5, sha1, size, decidedAtMs, cause, ...verdict } = verdictChange.parse(body);
  return {
    id: `verdict-${sha256}-${taskId}`,
    source: ownSource,
    kind: verdict.trust === "black" ? "verdict-black" : "verdict-withdrawn",
    logsource: { product: "garrison", service: "detect" },
    occurredAtMs: decidedAtMs,
    data: { field: "sha256", subject: sha256, file: { hash: { sha256, md5, sha1 }, size }, verdict },
    ...(cause === undefined ? {} : { cause }),
  };
};
