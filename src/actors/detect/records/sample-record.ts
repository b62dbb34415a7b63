import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import { taskTypes } from "../../../engines/malware/index.ts";

const sample = z.strictObject({
  size: z.number().int().min(0),
  md5: z.string(),
  sha1: z.string(),
  storedAtMs: z.number(),
  /** What it was submitted as. */
  taskTypes: z.array(z.enum(taskTypes)).min(1).readonly(),
  /** Ids of the nodes that have the file. None: the last one has lost it. */
  nodes: z.array(z.string()).readonly(),
  /** Why no node has the file any more. */
  lost: z.exactOptional(z.string()),
});

/** An object whose bytes the sample library has, or has lost. */
export type SampleRecord = z.infer<typeof sample>;

/** Whether some node has the file, be it up or not. */
export const isSampleKept = ({ nodes }: SampleRecord): boolean => nodes.length > 0;

/** Why no node has the file of a sample that was here. */
export const whyGone = (record: SampleRecord | undefined): string =>
  record?.lost ?? "its file was removed: nobody had asked for it for long";

/** Whether a node that has the file is up. */
export const isSampleHere = ({ nodes }: SampleRecord, addressOf: (node: string) => string | undefined): boolean =>
  nodes.some((node) => addressOf(node) !== undefined);

/** Parses what the store holds. Throws a ZodError that names the field. */
export const parseSample = (value: Json): SampleRecord => sample.parse(value);
