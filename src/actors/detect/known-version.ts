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

/** Whether work may be given to detectors of a kind on a host: they know what they are, and nothing keeps them from scanning. */
export const canScan = (offer: Pick<DetectorDescription, "engineVersion" | "signatureVersion" | "problem">): boolean =>
  hasKnownVersion(offer) && offer.problem === undefined;
