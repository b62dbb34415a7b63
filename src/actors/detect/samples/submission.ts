import { z } from "zod";
import { taskTypes } from "../../../engines/malware/index.ts";
import { DetectError } from "../errors.ts";
import { sha256Shape } from "../work.ts";

const submission = z.strictObject({
  /** What the requester calls it: nothing is decided by it. */
  name: z.string().max(500).exactOptional(),
  taskType: z.enum(taskTypes),
  /** The bytes have to have this SHA-256. */
  expectedSha256: z.string().regex(sha256Shape, "use 64 lower-case hexadecimal digits").exactOptional(),
  /** Who asks, 1 … 200 characters. */
  source: z.string().min(1).max(200),
  /** Where the verdict is sent by HTTP. */
  callbackUrl: z
    .url({ protocol: /^https?$/, error: "use an http or https URL" })
    .max(2_048)
    .exactOptional(),
  /** 0 … 255, lower first; absent: 100. */
  priority: z.number().int().min(0).max(255).exactOptional(),
});

/** What is to be looked at, beside its bytes. */
export type Submission = z.infer<typeof submission>;

/** @throws DetectError `invalid`, naming the field */
export const checkSubmission = (given: Submission): Submission => {
  const checked = submission.safeParse(given);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new DetectError("invalid", `the submission: ${problems.join("; ").slice(0, 500)}`, { cause: checked.error });
};
