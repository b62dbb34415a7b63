import { z } from "zod";
import { enumOf, flag, optionalText, optionalUint64, pageFields, text, uint32, uint64 } from "../bytes/fields.ts";

/** Ids of scans. The cluster names things of its own by an id and `.scan`. */
export const scanIdShape = /^(?!.*\.scan$)[a-z0-9][a-z0-9.-]{0,56}$/;
export const bundleHashShape = /^[0-9a-f]{64}$/;
/** A packed bundle, in bytes. */
export const maxBundleBytes = 64 * 1024 * 1024;
/** The bytes of one message of an upload. */
export const uploadChunkBytes = 64 * 1024;

const scanId = z.string("is missing").regex(scanIdShape, `not a scan id (${scanIdShape.source})`);
const bundleHash = z.string("is missing").regex(bundleHashShape, "not a SHA-256 in hexadecimal");

const header = z.object({
  name: z.string("is missing").regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/, "not the name of a header"),
  value: z
    .string()
    .max(8_192)
    .regex(/^[^\r\n\0]*$/, "line breaks and NUL are not allowed in a header")
    .default(""),
});

const options = z.object({
  headers: z.array(header).max(100).default([]),
  variables: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/, "not the name of a variable"), z.string().max(8_192))
    .refine((variables) => Object.keys(variables).length <= 100, "more than 100 variables")
    .default({}),
  timeoutMs: z.exactOptional(z.number().int().min(1).max(3_600_000)),
  retries: z.exactOptional(z.number().int().min(0).max(100)),
  proxy: optionalText(2_048),
  rateLimit: z.exactOptional(z.number().int().min(1).max(1_000_000)),
  excludeHosts: z.array(z.string().min(1).max(500)).max(1_000).default([]),
});

const spec = z.object({
  target: z.string("is missing").min(1).max(2_048),
  bundle: bundleHash,
  options: options.default({ headers: [], variables: {}, excludeHosts: [] }),
});

/** What is scanned, and how. */
export type ScanSpec = z.infer<typeof spec>;
export type ScanOptions = z.infer<typeof options>;

export const scanState = enumOf("SCAN_STATE", ["waiting", "paused", "running", "done", "failed", "cancelled", "dead"]);
export type ScanState = z.infer<typeof scanState.schema>;

const noSubtasks = { planned: 0, done: 0, failed: 0, cancelled: 0, dead: 0 };
const subtasks = z
  .object({ planned: uint32(), done: uint32(), failed: uint32(), cancelled: uint32(), dead: uint32() })
  .default(noSubtasks);

const summary = z.object({
  requests: z
    .object({ planned: uint64(), sent: uint64(), failed: uint64(), skipped: uint64(), unneeded: uint64() })
    .default({ planned: 0, sent: 0, failed: 0, skipped: 0, unneeded: 0 }),
  findings: uint32(),
  problems: z.array(z.object({ what: text(), requests: uint64(), example: text() })).default([]),
  deadLetters: z.array(z.string()).default([]),
  complete: flag(),
});
export type ScanSummary = z.infer<typeof summary>;

const scan = z.object({
  id: text(),
  spec,
  priority: uint32(255),
  state: scanState.schema,
  submittedAtMs: uint64(),
  startedAtMs: optionalUint64(),
  endedAtMs: optionalUint64(),
  extraction: optionalUint64(),
  subtasks,
  plannedRequests: uint64(),
  endedRequests: uint64(),
  findings: uint32(),
  summary: z.exactOptional(summary),
  lastError: optionalText(),
});

/** Where a scan stands. Times in milliseconds since 1970; what has not happened yet is not there. */
export type Scan = z.infer<typeof scan>;

export const uploadBundleRequest = z.union(
  [
    z.object({ header: z.object({ bundle: bundleHash, bytes: z.number().int().min(1).max(maxBundleBytes) }) }),
    z.object({
      data: z
        .custom<Uint8Array>((data) => data instanceof Uint8Array, "not bytes")
        .refine((data) => data.length <= uploadChunkBytes, "longer than 64 KiB"),
    }),
  ],
  { error: "neither a valid header nor data" },
);
export type UploadBundleRequest = z.infer<typeof uploadBundleRequest>;
export const uploadBundleResponse = z.object({ bundle: text(), known: flag() });

export const submitScanRequest = z.object({
  /** Absent: the service makes one. */
  id: z.exactOptional(scanId),
  spec,
  /** 0 … 255, lower first. */
  priority: z.number().int().min(0).max(255).default(100),
});
export const submitScanResponse = z.object({ id: text(), known: flag() });

/** The request of every call about one scan. */
export const scanRequest = z.object({ id: scanId });
export const scanResponse = z.object({ scan });

export const listScansRequest = z.object({ ...pageFields, states: z.array(scanState.schema).max(7).default([]) });
export const listScansResponse = z.object({ scans: z.array(scan).default([]), nextPageToken: text() });

export const listFindingsRequest = z.object({ id: scanId, ...pageFields });
export const listFindingsResponse = z.object({ findings: z.array(z.string()).default([]), nextPageToken: text() });

export const cancelScanResponse = z.object({ cancelled: flag() });
export const empty: z.ZodType<object> = z.object({});
