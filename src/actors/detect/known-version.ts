import type { DetectorDescription } from "../../engines/malware/index.ts";

/**
 * Whether the engine has ever said what it is. One whose scanner has not answered yet, such as a clamd that is not there, says `unknown`: it is
 * required where it is configured, and nothing is asked of it.
 */
export const hasKnownVersion = ({
  engineVersion,
  signatureVersion,
}: Pick<DetectorDescription, "engineVersion" | "signatureVersion">): boolean =>
  engineVersion !== "unknown" && signatureVersion !== "unknown";
