import { z } from "zod";
import {
  detectorDescription,
  detectorName,
  identity,
  kind,
  nth,
  sampleChunkBytes,
  sha256,
  taskId,
  taskType,
} from "./detector-fields.ts";
import { chunk, text, uint32, uint64 } from "../bytes/fields.ts";
import { scanResult } from "../scan/scan-result.ts";

/** Scans that one detector may do at once, and tasks of one claim. */
export const maxDetectorTasks = 1_024;
/** How long a claim may wait for a first task. */
export const maxClaimWaitMs = 30_000;
/** Results of one message. */
export const maxResultsPerMessage = 50;

const count = z.number("is missing").int().min(1).max(maxDetectorTasks);
/** A detector in one life of its process. */
const speaker = { detector: detectorName, incarnation: identity };

export const heartbeatRequest = z.object({
  ...speaker,
  description: detectorDescription,
  capacity: count,
  /** Scans that are under way or wait in the detector. */
  load: uint32(),
  /** 0: unknown. */
  pid: uint32(),
});
export type HeartbeatRequest = z.infer<typeof heartbeatRequest>;
export const heartbeatResponse = z.object({ heartbeatMs: uint32() });

export const claimTasksRequest = z.object({
  ...speaker,
  wants: z
    .array(z.object({ taskType: taskType.schema, count }), "are missing")
    .min(1, "are missing")
    .max(4)
    .readonly(),
  taskIds: z.array(taskId).max(256).readonly().default([]),
  waitMs: uint32(maxClaimWaitMs),
});
export type ClaimTasksRequest = z.infer<typeof claimTasksRequest>;

const assignedTask = z.object({
  taskId,
  kind,
  nth,
  taskType: taskType.schema,
  object: z.object({ sha256, size: uint64(), path: text(4_096) }),
  /** After that nobody waits for the result any more. */
  leftMs: uint64(),
});
/** One execution of a task, for the detector that claimed it. */
export type AssignedTask = z.infer<typeof assignedTask>;
export const claimTasksResponse = z.object({ tasks: z.array(assignedTask).readonly().default([]) });

export const fetchObjectRequest = z.object({ detector: detectorName, sha256 });
export const chunkResponse = z.object({ data: chunk(sampleChunkBytes) });

const versions = detectorDescription.pick({ engineVersion: true, signatureVersion: true });
const taskResult = z.object({
  taskId,
  kind,
  nth,
  result: scanResult,
  tookMs: uint64(),
  /** Absent: those that the detector had said when it claimed the task. */
  madeWith: versions.exactOptional(),
});
/** What a detector reports of one execution. */
export type TaskResult = z.infer<typeof taskResult>;
export const reportResultsRequest = z.object({
  ...speaker,
  results: z.array(taskResult, "are missing").min(1, "are missing").max(maxResultsPerMessage).readonly(),
});
