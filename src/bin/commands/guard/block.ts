import type { Command } from "commander";
import { systemRandom } from "../../../base/random.ts";
import { callNode } from "../../calls/call-node.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { createSay } from "../../output/messages.ts";
import { timeText } from "../../output/scan/show-scan.ts";
import { toStdout } from "../../output/stdout.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { parseDurationUpTo } from "../../process/parse-flags.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";
import { withSubjectFlags, type SubjectFlags } from "./subject-flags.ts";

interface Flags extends ConnectionFlags, SubjectFlags {
  readonly for: number;
  readonly reason: string;
  readonly challenge?: true;
}

const usualMs = 3_600_000;
const mostMs = 30 * 24 * 3_600_000;

export const addGuardBlock = (guard: Command, onExit: OnExit): void => {
  const command = guard
    .command("block <subject>")
    .description(
      "intercept an address, a network or a value of another field at all front ends, whatever the rules say",
    );
  withConnectionFlags(withSubjectFlags(command))
    .option("--for <duration>", "how long, at most 720h", parseDurationUpTo(mostMs), usualMs)
    .option("--reason <text>", "why, for those who look later", "")
    .option("--challenge", "ask the client for something, such as a captcha, instead of denying the access")
    .addHelpText("after", "\nExits with 4 when the block waits for a person, because it is beyond a cap of the config.")
    .action(async (subject: string, flags: Flags) => {
      const { field, for: blockMs, reason, challenge } = flags;
      const blockId = systemRandom.id();
      const action = challenge === true ? "challenge" : "deny";
      const { pending, untilMs } = await callNode(flags, (client) =>
        client.guard.block({ blockId, subject: { field, subject }, action, blockMs, reason }),
      );
      const until = timeText(untilMs);
      const isPending = pending !== "";
      if (flags.json === true) {
        await toStdout(jsonLine({ id: blockId, field, subject, action, ...(isPending ? { pending } : { until }) }));
      } else
        await toStdout(
          isPending ? `${blockId} waits for a person: ${pending}\n` : `${subject} blocked until ${until}\n`,
        );
      if (isPending) createSay(flags.quiet === true)(`settle it: garrison guard approve ${blockId}, or reject`);
      onExit(isPending ? exitCodes.incomplete : exitCodes.complete);
    });
};
