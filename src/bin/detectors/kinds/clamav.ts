import { parseClamdAddress } from "../../../config/index.ts";
import { openClamavEngine } from "../../../engines/malware/clamav/index.ts";
import type { DetectionEngine } from "../../../engines/malware/index.ts";
import { UsageError } from "../../process/usage-error.ts";
import type { OpenEngine } from "../detector-settings.ts";
import { whenKnown } from "../when-known.ts";

/** A clamd on this machine, once it has told its version. */
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
  return whenKnown(engine, setup);
};
