import { z } from "zod";
import { scanFailures, trusts, type ScanResult } from "../../engines/malware/index.ts";

const mostNames = 64;

const clipped = (most: number) =>
  z.string().transform((text) => (text.length > most ? `${text.slice(0, most - 1)}…` : text));

const bounded = z.discriminatedUnion("outcome", [
  z.object({
    outcome: z.literal("verdict"),
    trust: z.enum(trusts),
    reputation: z.number().min(0).max(100).optional(),
    names: z.array(clipped(200)).transform((names) => names.slice(0, mostNames)),
  }),
  z.object({ outcome: z.literal("no-opinion") }),
  z.object({ outcome: z.literal("error"), failure: z.enum(scanFailures), message: clipped(1_000) }),
]);

/**
 * A result as it may be reported: long texts are cut.
 * @param said by an engine, which may be written in plain JavaScript: what is no result is the error `garbage`
 */
export const boundedResult = (said: unknown): ScanResult => {
  const { data, error } = bounded.safeParse(said);
  if (data === undefined) {
    const [issue] = error.issues;
    const place = issue === undefined ? "" : ` ${issue.path.join(".")}: ${issue.message}`;
    return { outcome: "error", failure: "garbage", message: `the engine answered with no result:${place}` };
  }
  if (data.outcome !== "verdict") return data;
  const { reputation, ...verdict } = data;
  return { ...verdict, ...(reputation === undefined ? {} : { reputation }) };
};
