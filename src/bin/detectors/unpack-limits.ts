import type { UnpackLimits } from "../../engines/malware/unpack/index.ts";
import type { DetectorSettings } from "./detector-settings.ts";

/** How far archives are unpacked, in the terms of the engines. */
export const unpackLimits = ({ archive, scanTimeoutMs }: DetectorSettings): Partial<UnpackLimits> => ({
  depth: archive.maxDepth,
  members: archive.maxMembers,
  totalBytes: archive.maxBytes,
  ratio: archive.maxRatio,
  timeMs: scanTimeoutMs,
});
