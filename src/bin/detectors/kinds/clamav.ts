import { parseClamdAddress } from "../../../config/index.ts";
import { openClamavEngine } from "../../../engines/malware/clamav/index.ts";
import type { DetectionEngine } from "../../../engines/malware/index.ts";
import { UsageError } from "../../process/usage-error.ts";
import type { OpenEngine } from "../detector-settings.ts";
import { withLastVersion } from "../with-last-version.ts";

/** A clamd on this machine, which need not answer yet. */
export const openClamav = async (setup: OpenEngine): Promise<DetectionEngine> => {
  const { settings, clock, random } = setup;
  const { address: written = "", timeoutMs, streamMaxBytes, maxFileBytes, signatureFolder } = settings.clamav;
  const address = parseClamdAddress(written);
  if (typeof address === "string") throw new UsageError(`detect.clamav.address: ${address}`);
  const engine = await openClamavEngine({
    clock,
    random,
    address,
    timeoutMs,
    streamMaxBytes,
    maxFileBytes,
    ...(signatureFolder === undefined ? {} : { signatureFolder }),
  });
  return withLastVersion(engine);
};
