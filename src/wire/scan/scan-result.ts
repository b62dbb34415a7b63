import { z } from "zod";
import { enumOf, text } from "../bytes/fields.ts";

/** Of what was found by one detector in one object. */
const maxNames = 64;
const maxNameChars = 200;
export const maxMessageChars = 1_000;

const trusts = ["black", "suspected-black", "grey", "suspected-white", "white"] as const;
const trust = enumOf("TRUST", trusts);
/** Of a decision: `unknown` where there are too few answers. */
export const decidedTrust = enumOf("TRUST", [...trusts, "unknown"]);

const scanFailure = enumOf("SCAN_FAILURE", [
  "timeout",
  "limit",
  "encrypted",
  "malformed",
  "unsupported-type",
  "unavailable",
  "garbage",
  "crashed",
  "missing-object",
  "failed",
]);

/** 0 … 100; undefined: not said. */
export const reputation = z.number().int().max(100, "above 100").optional();

const outcomes = z.object({
  verdict: z.exactOptional(
    z.object({
      trust: trust.schema,
      reputation,
      names: z.array(z.string().max(maxNameChars)).max(maxNames).readonly().default([]),
    }),
  ),
  noOpinion: z.exactOptional(z.object({})),
  error: z.exactOptional(z.object({ failure: scanFailure.schema, message: text(maxMessageChars) })),
});

type Outcome =
  | {
      readonly outcome: "verdict";
      readonly trust: (typeof trusts)[number];
      readonly reputation?: number;
      readonly names: readonly string[];
    }
  | { readonly outcome: "no-opinion" }
  | { readonly outcome: "error"; readonly failure: z.infer<typeof scanFailure.schema>; readonly message: string };

/** What the scan of one object by one detector came to; see `ScanResult` of the engines. */
export const scanResult = outcomes.transform(({ verdict, noOpinion, error }, context): Outcome => {
  if (verdict !== undefined) {
    const { reputation: said, ...rest } = verdict;
    return { outcome: "verdict", ...rest, ...(said === undefined ? {} : { reputation: said }) };
  }
  if (error !== undefined) return { outcome: "error", ...error };
  if (noOpinion !== undefined) return { outcome: "no-opinion" };
  context.addIssue("neither a verdict, nor no opinion, nor an error");
  return z.NEVER;
});

/** A reputation as its message has it, which knows whole numbers only. */
const reputationFields = (value: number | undefined): object =>
  value === undefined ? {} : { reputation: Math.round(value) };

/** A result as its message has it. */
export const scanResultFields = (result: z.infer<typeof scanResult>): object => {
  switch (result.outcome) {
    case "verdict": {
      const { names, reputation: said } = result;
      return { verdict: { trust: trust.toWire(result.trust), names, ...reputationFields(said) } };
    }
    case "no-opinion":
      return { noOpinion: {} };
    case "error":
      return { error: { failure: scanFailure.toWire(result.failure), message: result.message } };
  }
};
