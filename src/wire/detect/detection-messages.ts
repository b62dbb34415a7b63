import { z } from "zod";
import { offeredKind, relayIdentity } from "./centre-messages.ts";
import { detectorAnswer, sampleChunkBytes, sha256, taskType } from "./detector-fields.ts";
import {
  chunk,
  enumOf,
  flag,
  jsonText,
  optionalText,
  optionalUint64,
  pageFields,
  text,
  uint32,
  uint64,
} from "../bytes/fields.ts";
import { decidedTrust, reputation } from "../scan/scan-result.ts";

/** Digests of one message. */
export const maxDigestsPerMessage = 1_000;

const algorithms = { 32: "md5", 40: "sha1", 64: "sha256" } as const;
type Algorithm = (typeof algorithms)[keyof typeof algorithms];

const digest = z
  .string("is missing")
  .regex(
    /^(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/,
    "neither an MD5, nor a SHA-1, nor a SHA-256 in hexadecimal",
  )
  .transform((hex): { readonly algorithm: Algorithm; readonly hex: string } => ({
    algorithm: algorithms[hex.length as keyof typeof algorithms],
    hex: hex.toLowerCase(),
  }));
/** Names a file by its content. `hex` is in lower case. */
export type FileDigest = z.infer<typeof digest>;

/**
 * Reads an MD5, a SHA-1 or a SHA-256: the length says which.
 * @returns undefined for anything else
 */
export const parseDigest = (hex: string): FileDigest | undefined => digest.safeParse(hex).data;

const digests = z.array(digest, "are missing").min(1, "are missing").max(maxDigestsPerMessage).readonly();
const source = optionalText(200);

const missingKind = z.object({
  kind: text(),
  required: uint32(),
  answered: uint32(),
  reasons: z.array(z.string()).readonly().default([]),
});

const decision = z.object({
  trust: decidedTrust.schema,
  reputation,
  degraded: flag(),
  missing: z.array(missingKind).readonly().default([]),
});

export const verdictState = enumOf("VERDICT_STATE", ["decided", "pending", "refreshing", "unknown"]);
export type VerdictState = z.infer<typeof verdictState.schema>;

/** The parts of VirusTotal's API that tell how a file was judged. */
const summary = z.object({
  last_analysis_stats: z.record(z.string(), z.number()),
  last_analysis_results: z.record(
    z.string(),
    z.object({
      category: z.string(),
      engine_name: z.string(),
      engine_version: z.string(),
      engine_update: z.string(),
      method: z.string(),
      result: z.string().nullable(),
    }),
  ),
});

const detail = z.object({
  /** In the form of the config key `detect.rule`. */
  rule: jsonText(),
  answers: z.array(detectorAnswer).readonly().default([]),
  summary: jsonText().pipe(summary),
});

const verdict = z.object({
  /** Empty: the digest that was asked for leads to none. */
  sha256: text(64),
  md5: optionalText(32),
  sha1: optionalText(40),
  size: optionalUint64(),
  state: verdictState.schema,
  /** Only of the state `decided`. */
  decision: z.exactOptional(decision),
  /** What it was looked at as; of several, that with the worst decision. Not decided: what it is to be looked at as. */
  taskType: z.exactOptional(taskType.schema),
  decidedAtMs: optionalUint64(),
  taskId: optionalText(),
  sampleHere: flag(),
  /** Why the cluster has lost the sample, in words. */
  sampleLost: optionalText(200),
  /** How many known files have the MD5 or SHA-1 that was asked for, where that is more than one: this is the worst of them. */
  sharedBy: z.exactOptional(z.number().int()),
  detail: z.exactOptional(detail),
});
/** What is known of one file. Times in milliseconds since 1970. Only `decided` says anything about it, and then `decision` is there. */
export type Verdict = z.infer<typeof verdict>;

export const checkDigestsRequest = z.object({ digests, scan: flag(), source });
export const checkDigestsResponse = z.object({ verdicts: z.array(verdict).readonly().default([]) });
export const streamDigestsRequest = z.object({ sequence: uint64(), digests, scan: flag(), source });
export type StreamDigestsRequest = z.infer<typeof streamDigestsRequest>;
export const streamDigestsResponse = z.object({
  sequence: uint64(),
  verdicts: z.array(verdict).readonly().default([]),
});

const header = z.object({
  /** What the bytes have to be; absent: whatever they are. */
  sha256: z.exactOptional(sha256),
  name: optionalText(500),
  taskType: taskType.schema,
  source,
  callbackUrl: z.exactOptional(z.url({ protocol: /^https?$/, error: "not an http or https URL" }).max(2_048)),
  /** 0 … 255, lower first; absent: 100. */
  priority: z.exactOptional(z.number().int().min(0).max(255)),
});
/** What is said of a sample before its bytes. */
export type SampleHeader = z.infer<typeof header>;

const parts = z.object({ header: z.exactOptional(header), data: z.exactOptional(chunk(sampleChunkBytes)) });

export const submitSampleRequest = parts.transform((part, context): SubmitSampleRequest => {
  if (part.header !== undefined) return { header: part.header };
  if (part.data !== undefined) return { data: part.data };
  context.addIssue("neither a header nor data");
  return z.NEVER;
});
export type SubmitSampleRequest = { readonly header: SampleHeader } | { readonly data: Uint8Array };
export const submitSampleResponse = z.object({ sha256: text(64), taskId: text(), known: flag() });
export type SubmittedSample = z.infer<typeof submitSampleResponse>;

export const getVerdictRequest = z.object({ digest });
export const watchVerdictRequest = z.object({ sha256 });
export const verdictResponse = z.object({ verdict });

export const listVerdictsRequest = z.object({ sha256, ...pageFields });
const pastVerdict = z.object({ taskId: text(), taskType: taskType.schema, decidedAtMs: uint64(), decision });
/** One decision of the past. */
export type PastVerdict = z.infer<typeof pastVerdict>;
export const listVerdictsResponse = z.object({
  verdicts: z.array(pastVerdict).readonly().default([]),
  nextPageToken: text(),
});

const detectorHost = z.object({ relay: relayIdentity, kinds: z.array(offeredKind).readonly().default([]) });
/** The detectors of one host. */
export type DetectorHost = z.infer<typeof detectorHost>;
export const listDetectorsResponse = z.object({ hosts: z.array(detectorHost).readonly().default([]) });
