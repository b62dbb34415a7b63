import type { Command } from "commander";
import type { GarrisonClient, Verdict } from "../../../client/index.ts";
import { callNode } from "../../calls/call-node.ts";
import { eachId } from "../../calls/each-id.ts";
import { factLines } from "../../output/text/fact-lines.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { toStdout } from "../../output/stdout.ts";
import { answerRows, verdictFacts } from "../../output/verdict/show-verdict.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";
import { allowIncomplete } from "../file/file-flags.ts";

interface Flags extends ConnectionFlags {
  readonly allowIncomplete?: true;
}

const textOf = async (verdict: Verdict): Promise<string> => {
  const facts = `${factLines(verdictFacts(verdict)).join("\n")}\n`;
  const rows = answerRows(verdict);
  if (rows.length === 0) return `${facts}\n`;
  const { textTable } = await import("../../output/text/text-table.ts");
  return `${facts}${textTable(["kind", "detector", "host", "version", "says", "took"], rows)}\n`;
};

const show = async ({ detection }: GarrisonClient, digest: string, { json }: Flags): Promise<boolean> => {
  const { digestOf } = await import("./digest-of.ts");
  const verdict = await detection.get(digestOf(digest));
  await toStdout(json === true ? jsonLine(verdict) : await textOf(verdict));
  return verdict.decision !== undefined && verdict.decision.trust !== "unknown" && !verdict.decision.degraded;
};

export const addVerdictShow = (verdict: Command, onExit: OnExit): void => {
  withConnectionFlags(
    verdict
      .command("show <digest...>")
      .description("verdicts about files, by MD5, SHA-1 or SHA-256, with what each detector said"),
  )
    .option(...allowIncomplete)
    .action(async (digests: readonly string[], flags: Flags) => {
      const told: boolean[] = [];
      const code = await callNode(flags, (client) =>
        eachId(digests, async (digest) => {
          told.push(await show(client, digest, flags));
        }),
      );
      onExit(codeOf(code, told, flags));
    });
};

const codeOf = (code: ExitCode, told: readonly boolean[], flags: Flags): ExitCode =>
  code === exitCodes.complete && told.includes(false) && flags.allowIncomplete !== true ? exitCodes.incomplete : code;
