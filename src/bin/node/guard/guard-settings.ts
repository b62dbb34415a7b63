import { defaultGuardSettings, guardKind, type GuardSettings } from "../../../actors/guard/index.ts";
import { asError } from "../../../base/errors.ts";
import { parseSubject, type Config } from "../../../config/index.ts";
import { networkText, parseNetwork } from "../../../engines/intercept/index.ts";
import type { NeverBlocked } from "../../../shared-memory/index.ts";
import { UsageError } from "../../process/usage-error.ts";

const neverBlocked = (written: string): NeverBlocked => {
  const parsed = parseSubject(written);
  if (typeof parsed === "string") throw new UsageError(`guard.neverBlock: ${parsed}`);
  const { field, subject } = parsed;
  try {
    return { field, subject: field === "ip" ? networkText(parseNetwork(subject)) : subject };
  } catch (error) {
    throw new UsageError(`guard.neverBlock: ${asError(error).message}`, error);
  }
};

/** How accesses are counted by this config. @throws UsageError for what is never to be blocked and is no subject */
export const guardSettings = ({ guard }: Pick<Config, "guard">): GuardSettings => ({
  ...defaultGuardSettings,
  shards: guardKind.shards,
  v6PrefixBits: guard.v6PrefixBits,
  skewMs: guard.skewMs,
  lateMs: guard.lateMs,
  neverBlock: guard.neverBlock.map(neverBlocked),
  caps: guard.caps,
});
