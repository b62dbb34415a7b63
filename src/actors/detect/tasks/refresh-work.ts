import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import { taskTypes, type TaskType } from "../../../engines/malware/index.ts";
import type { Change } from "../../../store/index.ts";
import { refreshQueue, sha256Shape } from "../work.ts";

const work = z.discriminatedUnion("type", [
  /** Look through all verdicts: something that they depend on has changed. */
  z.strictObject({
    type: z.literal("all"),
    epoch: z.number(),
    /** Nodes that have samples were not up before. */
    again: z.literal(true).exactOptional(),
  }),
  /** Make the verdict of one object anew. */
  z.strictObject({
    type: z.literal("one"),
    sha256: z.string().regex(sha256Shape),
    taskType: z.enum(taskTypes),
  }),
]);
const cursor = z.strictObject({ after: z.string() });

/** What is to be made anew. */
export type RefreshWork = z.infer<typeof work>;

/** Parse what the store holds. They throw a ZodError that names the field. */
export const parseRefresh = (body: Json): RefreshWork => work.parse(body);
/** The last record that was looked at. */
export const parseCursor = (checkpoint: Json): string => cursor.parse(checkpoint).after;

/** Looks through the whole library once for each epoch of the offers. */
export const refreshAll = (epoch: number): Change => {
  const body: RefreshWork = { type: "all", epoch };
  return { type: "add", queue: refreshQueue, item: { id: `all/${epoch}`, body } };
};

/** The same look once more, later: also once for each epoch. */
export const refreshAllAgain = (epoch: number, delayMs: number): Change => {
  const body: RefreshWork = { type: "all", epoch, again: true };
  return { type: "add", queue: refreshQueue, item: { id: `all/${epoch}/again`, body, delayMs } };
};

/** @param because equal for the same cause: it is done once for that */
export const refreshOne = (sha256: string, taskType: TaskType, because: string, delayMs: number): Change => {
  const body: RefreshWork = { type: "one", sha256, taskType };
  return { type: "add", queue: refreshQueue, item: { id: `one/${sha256}/${taskType}/${because}`, body, delayMs } };
};
