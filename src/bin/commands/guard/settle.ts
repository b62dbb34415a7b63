import type { Command } from "commander";
import { callNode } from "../../calls/call-node.ts";
import { eachId } from "../../calls/each-id.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { timeText } from "../../output/scan/show-scan.ts";
import { toStdout } from "../../output/stdout.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

const answers = [
  { name: "approve", description: "put blocks that wait for a person into force", approve: true },
  { name: "reject", description: "drop blocks that wait for a person", approve: false },
] as const;

/** `guard approve`, `guard reject`. */
export const addGuardSettle = (guard: Command, onExit: OnExit): void => {
  for (const { name, description, approve } of answers) {
    withConnectionFlags(guard.command(`${name} <id...>`).description(description)).action(
      async (ids: readonly string[], flags: ConnectionFlags) => {
        const code = await callNode(flags, (client) =>
          eachId(ids, async (id) => {
            const { untilMs } = await client.guard.settle(id, approve);
            const until = approve ? timeText(untilMs) : undefined;
            const words = until === undefined ? `${id} rejected\n` : `${id} in force until ${until}\n`;
            await toStdout(flags.json === true ? jsonLine({ id, approved: approve, until }) : words);
          }),
        );
        onExit(code);
      },
    );
  }
};
