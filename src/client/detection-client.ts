import type { Clock } from "../base/clock.ts";
import {
  detectionService,
  type DetectorHost,
  type FileDigest,
  type PastVerdict,
  type SampleHeader,
  type StreamDigestsRequest,
  type SubmitSampleRequest,
  type SubmittedSample,
  type Verdict,
} from "../wire/index.ts";
import type { ClusterCalls } from "./cluster-calls.ts";
import type { PageOptions } from "./page-options.ts";
import { resumeStream } from "./resume-stream.ts";

const repeatable = { repeatable: true } as const;
/** A stream is to be opened anew after this long. */
const streamMs = 3_600_000;
const watchMs = 300_000;
/** A sample of some gigabytes on a slow line is the exception. */
const uploadMs = 180_000;

export interface CheckOptions {
  /** Scan again what has no verdict that holds, where the cluster has the sample (default: false). */
  readonly scan?: boolean;
  /** Who wants to know, at most 200 characters (default: the name of the caller). */
  readonly source?: string;
}

/**
 * Verdicts about files. Every method rejects with a `ClientError`. A verdict that is not `decided` says nothing about the file, and never
 * that it is clean.
 */
export interface DetectionClient {
  /** What is known of 1 … 1,000 digests, in their order. No scan is waited for. */
  check(digests: readonly FileDigest[], options?: CheckOptions): Promise<readonly Verdict[]>;
  /**
   * Asks in batches (as for `check`) over one stream, and gives out the verdicts of each, in their order. Batches are taken only as fast as
   * the node answers. Leaving the loop ends the stream.
   */
  checkStream(
    batches: AsyncIterable<readonly FileDigest[]>,
    signal: AbortSignal,
    options?: CheckOptions,
  ): AsyncIterable<readonly Verdict[]>;
  /**
   * Stores a sample and the task to scan it; resolves once both are stored, see `watch` for the verdict. The same sample again joins the
   * task that is under way.
   *
   * @param bytes the sample from its begin, in chunks of 1 byte … 64 KiB; called again for each try. What it throws is thrown on.
   */
  submit(
    header: SampleHeader,
    bytes: () => AsyncIterable<Uint8Array>,
    options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
  ): Promise<SubmittedSample>;
  /** With what each detector said. */
  get(digest: FileDigest): Promise<Verdict>;
  /** The verdict now and after each change until it is decided; goes on when its node dies, on another one or when it comes back within 30 s. */
  watch(sha256: string, signal: AbortSignal): AsyncIterable<Verdict>;
  /** All decisions about one sample that are kept, the latest first. */
  history(
    sha256: string,
    options?: PageOptions,
  ): Promise<{ readonly verdicts: readonly PastVerdict[]; readonly nextPageToken: string }>;
  /** Of the hosts whose relays live. */
  detectors(): Promise<readonly DetectorHost[]>;
}

async function* numbered(
  batches: AsyncIterable<readonly FileDigest[]>,
  { scan = false, source }: CheckOptions,
): AsyncGenerator<StreamDigestsRequest, void> {
  let sequence = 0;
  for await (const digests of batches) {
    sequence += 1;
    yield { sequence, digests, scan, ...(source === undefined ? {} : { source }) };
  }
}

async function* partsOf(
  header: SampleHeader,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<SubmitSampleRequest, void> {
  yield { header };
  for await (const data of bytes) yield { data };
}

export const detectionClient = (connection: ClusterCalls, clock: Clock): DetectionClient => ({
  check: async (digests, { scan = false, ...options } = {}) =>
    (await connection.call(detectionService.checkDigests, { digests, scan, ...options }, repeatable)).verdicts,
  checkStream: async function* (batches, signal, options = {}) {
    const requests = numbered(batches, options);
    const answers = connection.exchange(detectionService.streamDigests, requests, { timeoutMs: streamMs, signal });
    for await (const { verdicts } of answers) yield verdicts;
  },
  submit: (header, bytes, options) =>
    connection.upload(detectionService.submitSample, () => partsOf(header, bytes()), {
      timeoutMs: uploadMs,
      ...options,
    }),
  get: async (digest) => (await connection.call(detectionService.getVerdict, { digest }, repeatable)).verdict,
  watch: async function* (sha256, signal) {
    const open = () => connection.stream(detectionService.watchVerdict, { sha256 }, { timeoutMs: watchMs, signal });
    for await (const { verdict } of resumeStream(open, { clock, signal })) yield verdict;
  },
  history: (sha256, { pageSize = 0, pageToken = "" } = {}) =>
    connection.call(detectionService.listVerdicts, { sha256, pageSize, pageToken }, repeatable),
  detectors: async () => (await connection.call(detectionService.listDetectors, {}, repeatable)).hosts,
});
