import type { Clock } from "../base/clock.ts";
import {
  scanService,
  uploadChunkBytes,
  type Scan,
  type ScanSpec,
  type ScanState,
  type UploadBundleRequest,
} from "../wire/index.ts";
import type { ClusterCalls } from "./cluster-calls.ts";
import type { PageOptions } from "./page-options.ts";
import { done } from "./done.ts";
import { resumeStream } from "./resume-stream.ts";

/** A stream is opened anew after this long, so that none outlives its use. */
const watchMs = 300_000;
const uploadMs = 120_000;
const repeatable = { repeatable: true } as const;

export interface ScanSubmission {
  /** Made by the caller, so that the same submission again changes nothing. Absent: the node makes one. */
  readonly id?: string;
  readonly spec: ScanSpec;
  /** 0 … 255, lower first (default 100). */
  readonly priority?: number;
}

/** The scans of a cluster. Every method rejects with a `ClientError`; `not-found`: there is no such scan. */
export interface ScansClient {
  /** Stores a packed bundle of templates (at most 64 MiB) under its hash. `known`: it was there. */
  uploadBundle(hash: string, bytes: Uint8Array): Promise<{ readonly known: boolean }>;
  /** Resolves once the scan is stored. `failed-precondition` with reason `bundle-unknown`: upload the bundle first. */
  submit(submission: ScanSubmission): Promise<{ readonly id: string; readonly known: boolean }>;
  get(id: string): Promise<Scan>;
  /** In the order in which they were stored; only those in `states`, if it is given. A page may be empty although another follows. */
  list(
    options?: PageOptions & { readonly states?: readonly ScanState[] },
  ): Promise<{ readonly scans: readonly Scan[]; readonly nextPageToken: string }>;
  /** The scan now and after each change until it has ended; goes on when its node dies, on another one or when it comes back within 30 s. */
  watch(id: string, signal: AbortSignal): AsyncIterable<Scan>;
  /** Each as one JSON object, in the order of the plan. */
  findings(
    id: string,
    options?: PageOptions,
  ): Promise<{ readonly findings: readonly string[]; readonly nextPageToken: string }>;
  pause(id: string): Promise<void>;
  resume(id: string): Promise<void>;
  /** False: it had ended before. */
  cancel(id: string): Promise<boolean>;
}

function* uploadOf(bundle: string, bytes: Uint8Array): Generator<UploadBundleRequest> {
  yield { header: { bundle, bytes: bytes.length } };
  for (let at = 0; at < bytes.length; at += uploadChunkBytes) {
    yield { data: bytes.subarray(at, at + uploadChunkBytes) };
  }
}

export const scansClient = (connection: ClusterCalls, clock: Clock): ScansClient => ({
  uploadBundle: async (hash, bytes) => {
    const { known } = await connection.upload(scanService.uploadBundle, () => uploadOf(hash, bytes), {
      timeoutMs: uploadMs,
    });
    return { known };
  },
  submit: ({ id, spec, priority = 100 }) =>
    connection.call(
      scanService.submitScan,
      { spec, priority, ...(id === undefined ? {} : { id }) },
      { repeatable: id !== undefined },
    ),
  get: async (id) => (await connection.call(scanService.getScan, { id }, repeatable)).scan,
  list: ({ pageSize = 0, pageToken = "", states = [] } = {}) =>
    connection.call(scanService.listScans, { pageSize, pageToken, states: [...states] }, repeatable),
  watch: async function* (id, signal) {
    const open = () => connection.stream(scanService.watchScan, { id }, { timeoutMs: watchMs, signal });
    for await (const { scan } of resumeStream(open, { clock, signal })) yield scan;
  },
  findings: (id, { pageSize = 0, pageToken = "" } = {}) =>
    connection.call(scanService.listFindings, { id, pageSize, pageToken }, repeatable),
  pause: (id) => done(connection.call(scanService.pauseScan, { id })),
  resume: (id) => done(connection.call(scanService.resumeScan, { id })),
  cancel: async (id) => (await connection.call(scanService.cancelScan, { id })).cancelled,
});
