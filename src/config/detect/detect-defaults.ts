import { join } from "node:path";
import type { Config } from "../schema.ts";

const minute = 60_000;
const day = 86_400_000;
const mebibyte = 2 ** 20;

/** @param state the folder of this user's durable state */
export const detectDefaults = (state: string): Config["detect"] => ({
  rule: "majority",
  require: [],
  skipUseless: false,
  deadlineMs: 10 * minute,
  missingGraceMs: 10_000,
  leaseMs: 10_000,
  retainMs: 30 * day,
  samples: {
    path: join(state, "samples"),
    maxBytes: 10_240 * mebibyte,
    maxSampleBytes: 256 * mebibyte,
    retainMs: 30 * day,
  },
  callback: { egress: [] },
  host: undefined,
  socket: join(state, "relay", "relay.sock"),
  windowMs: 1_000,
  heartbeatMs: 2_000,
  heartbeatTimeoutMs: 10_000,
  cachePath: join(state, "relay", "objects"),
  objectTtlMs: 60 * minute,
  cacheBytes: 1_024 * mebibyte,
  detectors: [{ kind: "digest" }, { kind: "structure" }, { kind: "yara" }],
  idleStopMs: 5 * minute,
  scanTimeoutMs: 2 * minute,
  digest: { allow: [], deny: [], folder: join(state, "digest-lists") },
  yara: { rules: [], shipped: true },
  sigma: { rules: [] },
  archive: { maxDepth: 8, maxMembers: 10_000, maxBytes: 512 * mebibyte, maxRatio: 200 },
  clamav: {
    address: undefined,
    timeoutMs: minute,
    streamMaxBytes: 100 * mebibyte,
    maxFileBytes: 25 * mebibyte,
    signatureFolder: undefined,
  },
  sandbox: { url: undefined, tokenFile: undefined, timeoutMs: 10 * minute },
});
