import type { Command } from "commander";
import type { GarrisonClient } from "../../../client/index.ts";
import { callNode } from "../../calls/call-node.ts";
import { printListing } from "../../output/text/print-listing.ts";
import { timeText } from "../../output/scan/show-scan.ts";
import { decisionText, missingText } from "../../output/verdict/verdict-text.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { parseWhole } from "../../process/parse-flags.ts";
import { UsageError } from "../../process/usage-error.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

interface Flags extends ConnectionFlags {
  readonly limit: number;
}

const usualLimit = 100;

/** The SHA-256 that a digest leads to. */
const sha256Of = async ({ detection }: GarrisonClient, text: string): Promise<string> => {
  const { digestOf } = await import("./digest-of.ts");
  const digest = digestOf(text);
  if (digest.algorithm === "sha256") return digest.hex;
  const { sha256 } = await detection.get(digest);
  if (sha256 !== "") return sha256;
  throw new UsageError(`no file with the ${digest.algorithm} ${digest.hex} is known: use its SHA-256`);
};

export const addVerdictHistory = (verdict: Command, onExit: OnExit): void => {
  withConnectionFlags(
    verdict.command("history <digest>").description("all decisions about a file that are kept, the latest first"),
  )
    .option("--limit <n>", "decisions at most", parseWhole(1, 1_000_000), usualLimit)
    .action(async (text: string, flags: Flags) => {
      await callNode(flags, async (client) => {
        const sha256 = await sha256Of(client, text);
        await printListing(
          flags,
          async (options) => {
            const { verdicts, nextPageToken } = await client.detection.history(sha256, options);
            return { rows: verdicts, nextPageToken };
          },
          {
            head: ["decided", "verdict", "missing", "looked at as", "task"],
            cells: ({ decidedAtMs, decision, taskType, taskId }) => [
              ...[timeText(decidedAtMs), decisionText(decision), missingText(decision), taskType, taskId],
            ],
            none: "no decisions",
          },
        );
      });
      onExit(exitCodes.complete);
    });
};
