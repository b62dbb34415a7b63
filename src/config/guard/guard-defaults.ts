import { join } from "node:path";
import type { Config } from "../schema.ts";

/** @param state the folder of this user's durable state */
export const guardDefaults = (state: string): Config["guard"] => ({
  proxy: true,
  report: { records: 1_000, bytes: 262_144, ageMs: 100 },
  failMode: "open",
  trustedProxies: [],
  neverBlock: [],
  skewMs: 2_000,
  lateMs: 60_000,
  v6PrefixBits: 64,
  rules: [],
  folder: undefined,
  spoolFolder: join(state, "guard", "spool"),
  spoolBytes: 64 * 2 ** 20,
  caps: {
    networkV4Bits: 16,
    networkV6Bits: 32,
    blocksPerMinute: 600,
    activeShare: 0.05,
    activePerShard: 200_000,
  },
});
