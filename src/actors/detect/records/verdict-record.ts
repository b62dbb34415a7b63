import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import { taskTypes, trusts, type Decision, type VerdictRule } from "../../../engines/malware/index.ts";
import { answerShape } from "./answer-shape.ts";
import { requirementShape } from "./task-record.ts";

const missing = z.strictObject({
  kind: z.string(),
  required: z.number(),
  answered: z.number(),
  reasons: z.array(z.string()).readonly(),
});

export const decisionShape = z.strictObject({
  trust: z.enum([...trusts, "unknown"]),
  reputation: z.number().exactOptional(),
  degraded: z.boolean(),
  missing: z.array(missing).readonly(),
});

const entry = z.strictObject({
  taskId: z.string(),
  decidedAtMs: z.number(),
  decision: decisionShape,
  /** Hash of the rule. */
  rule: z.string(),
  requirement: requirementShape,
  /** Hashes of the versions that answered, by kind. */
  versions: z.record(z.string(), z.array(z.string()).readonly()),
  /** Of the offers that were known when it was decided. */
  epoch: z.number(),
  /** Some detector failed in a way that may be over another time. */
  passing: z.boolean(),
  /** No decision could be made, such as for want of the bytes: it is told, and holds for nobody who asks again. */
  failed: z.literal(true).exactOptional(),
});

const verdict = z.strictObject({
  size: z.number(),
  md5: z.string(),
  sha1: z.string(),
  /** By what the object was looked at as: a script is not clean because it is a harmless log. */
  types: z.partialRecord(z.enum(taskTypes), entry),
});

/** The last decision about an object as one type, and what it was made with. */
export type VerdictEntry = z.infer<typeof entry>;
/** What a digest is answered from. */
export type VerdictRecord = z.infer<typeof verdict>;
export type StoredDecision = z.infer<typeof decisionShape>;

const past = z.strictObject({
  taskId: z.string(),
  taskType: z.enum(taskTypes),
  decidedAtMs: z.number(),
  decision: decisionShape,
});
/** One decision of the past. */
export type PastRecord = z.infer<typeof past>;

const detail = z.strictObject({
  /** The task that decided. */
  taskId: z.string(),
  rule: z.custom<VerdictRule>((value) => typeof value === "object" && value !== null && "type" in value),
  answers: z.array(answerShape).readonly(),
});
/** What a decision was made from. */
export type DetailRecord = z.infer<typeof detail>;

/** Parse what the store holds. They throw a ZodError that names the field. */
export const parseVerdict = (value: Json): VerdictRecord => verdict.parse(value);
export const parsePast = (value: Json): PastRecord => past.parse(value);
export const parseDetail = (value: Json): DetailRecord => detail.parse(value);

export const decisionOf = ({ reputation, ...rest }: StoredDecision): Decision => ({ ...rest, reputation });
export const storedDecision = ({ reputation, ...rest }: Decision): StoredDecision => ({
  ...rest,
  ...(reputation === undefined ? {} : { reputation }),
});
