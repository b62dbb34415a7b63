import { createHash } from "node:crypto";
import type { AgreedSettings } from "../settings.ts";

/** Equal for equal settings, in whatever order they are written: SHA-256 in hex. */
export const settingsDigest = (settings: AgreedSettings): string => {
  const sorted = Object.entries(settings).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex");
};
