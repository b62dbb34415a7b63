import { z } from "zod";
import { scanFailures, trusts, type DetectorAnswer } from "../../../engines/malware/index.ts";
import { kindShape } from "../work.ts";

/** As detectors may say it to their relay: what the centre refused of one would be refused with all that its host offers. */
const version = z.string().regex(/^[\p{L}\p{N}\p{P}\p{S} ]{1,64}$/u, "use 1 to 64 printable characters");
/** Why a detector cannot scan. */
export const problemShape = z
  .string()
  .regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,200}$/u, "use 1 to 200 printable characters");

const result = z.discriminatedUnion("outcome", [
  z.strictObject({
    outcome: z.literal("verdict"),
    trust: z.enum(trusts),
    reputation: z.number().min(0).max(100).exactOptional(),
    names: z.array(z.string().max(200)).max(64).readonly(),
  }),
  z.strictObject({ outcome: z.literal("no-opinion") }),
  z.strictObject({ outcome: z.literal("error"), failure: z.enum(scanFailures), message: z.string().max(1_000) }),
]);

/** What one detector said, as relays report it and as it is stored. */
export const answerShape: z.ZodType<DetectorAnswer> = z.strictObject({
  kind: z.string().regex(kindShape),
  detector: z.string().min(1).max(100),
  host: z.string().min(1).max(100),
  engineVersion: version,
  signatureVersion: version,
  tookMs: z.number().min(0),
  result,
});

export { version as versionShape };
