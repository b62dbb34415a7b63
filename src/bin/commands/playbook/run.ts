import type { Command } from "commander";
import { systemRandom } from "../../../base/random.ts";
import type { GarrisonClient, ReportedEvent } from "../../../client/index.ts";
import { callNodeLong } from "../../calls/call-node.ts";
import { jsonLine } from "../../output/json-text.ts";
import { toStdout } from "../../output/stdout.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";
import { eventDefaults, type EventFlags, withEventFlags } from "../event/event-flags.ts";
import { followRuns } from "../run/follow-runs.ts";

interface Flags extends ConnectionFlags, EventFlags {
  readonly event: string;
  readonly watch?: true;
}

const run = async (
  client: GarrisonClient,
  playbook: string,
  event: ReportedEvent,
  { flags, signal }: { readonly flags: Flags; readonly signal: AbortSignal },
): Promise<ExitCode> => {
  const { id, known } = await client.runs.start(playbook, event);
  if (flags.watch !== true) await toStdout(flags.json === true ? jsonLine({ id, playbook, known }) : `${id}\n`);
  return flags.watch === true ? followRuns(client, [id], flags, signal) : exitCodes.complete;
};

export const addPlaybookRun = (playbook: Command, onExit: OnExit): void => {
  const command = playbook
    .command("run <id>")
    .description("run a playbook for an event that is only for it, whatever the bindings say, and print the run's id")
    .requiredOption("--event <event>", "a file with one event, - for standard input, or the JSON itself");
  withConnectionFlags(withEventFlags(command))
    .option("--watch", "follow the run until it has ended, and exit as run watch does")
    .action(async (id: string, flags: Flags) => {
      const { oneEvent } = await import("../../calls/events/one-event.ts");
      const event = await oneEvent(
        flags.event,
        eventDefaults(flags, () => systemRandom.id()),
      );
      onExit(await callNodeLong(flags, (client, signal) => run(client, id, event, { flags, signal })));
    });
};
