import { z } from "zod";
import {
  detectorAnswer,
  detectorDescription,
  identity,
  kind,
  nth,
  sha256,
  taskId,
  taskType,
  taskTypes,
} from "./detector-fields.ts";
import { enumOf, optionalText, text, uint32, uint64 } from "../bytes/fields.ts";
import { maxMessageChars } from "../scan/scan-result.ts";

/** Tasks of one fetch, and claims of one message. */
export const maxTasksPerFetch = 1_000;
/** Summaries of one message. */
export const maxSummariesPerMessage = 500;
/** Kinds of one host, and of one fetch. */
const maxKinds = 100;

export const relayIdentity = z.object({ host: identity, incarnation: identity });

export const offeredKind = z.object({ ...detectorDescription.shape, detectors: uint32() });

const relay = relayIdentity;

export const announceRequest = z.object({ relay, kinds: z.array(offeredKind).max(maxKinds).readonly().default([]) });
export type AnnounceRequest = z.infer<typeof announceRequest>;
export const announceResponse = z.object({
  kinds: z
    .array(z.object({ kind, waiting: uint32() }))
    .readonly()
    .default([]),
});

export const fetchTasksRequest = z.object({
  relay,
  wanted: z
    .array(
      z.object({ kind, taskTypes, count: z.number("is missing").int().min(1).max(maxTasksPerFetch) }),
      "is missing",
    )
    .min(1, "is missing")
    .max(maxKinds)
    .readonly(),
  taskIds: z.array(taskId).max(maxTasksPerFetch).readonly().default([]),
});
export type FetchTasksRequest = z.infer<typeof fetchTasksRequest>;

const claimFields = { taskId, kind, nth, token: uint64() };
const claim = z.object(claimFields);
/** One execution of a task, claimed under a token. */
export type ExecutionClaim = z.infer<typeof claim>;

const objectSource = z.object({
  sha256,
  size: uint64(),
  addresses: z.array(z.string().max(300)).max(100).readonly().default([]),
});
/** Where the bytes of an object are. */
export type SampleSource = z.infer<typeof objectSource>;

const fetchedTask = z.object({
  claim,
  taskType: taskType.schema,
  object: objectSource,
  claimLeftMs: uint64(),
  taskLeftMs: uint64(),
  answeredBy: z.array(z.string().max(100)).max(32).readonly().default([]),
  version: optionalText(64),
});
export type FetchedExecution = z.infer<typeof fetchedTask>;
export const fetchTasksResponse = z.object({ tasks: z.array(fetchedTask).readonly().default([]) });

export const extendTasksRequest = z.object({
  relay,
  claims: z.array(claim).max(maxTasksPerFetch).readonly().default([]),
});
export const lostClaimsResponse = z.object({ lost: z.array(claim).readonly().default([]) });

export const giveBackReason = enumOf("GIVE_BACK_REASON", ["returned", "failed"]);

const summary = z.object({
  taskId,
  answers: z
    .array(z.object({ claim, answer: detectorAnswer }))
    .max(512)
    .readonly()
    .default([]),
  givenBack: z
    .array(
      z.object({ claim, reason: giveBackReason.schema, delayMs: uint32(86_400_000), message: text(maxMessageChars) }),
    )
    .max(512)
    .readonly()
    .default([]),
});
/** What the detectors of one host said of one task. */
export type ExecutionSummary = z.infer<typeof summary>;
export const reportSummariesRequest = z.object({
  relay,
  summaries: z.array(summary, "are missing").min(1, "are missing").max(maxSummariesPerMessage).readonly(),
});

export const fetchSampleRequest = z.object({ sha256 });
