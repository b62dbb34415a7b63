import type { Command } from "commander";
import { systemRandom } from "../../../base/random.ts";
import type { GarrisonClient, ReportedEvent } from "../../../client/index.ts";
import { callNodeLong } from "../../calls/call-node.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { toStdout } from "../../output/stdout.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import { parseAssignment } from "../../process/parse-assignment.ts";
import { UsageError } from "../../process/usage-error.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";
import { eventDefaults, type EventFlags, withEventFlags } from "../event/event-flags.ts";
import { followRuns } from "../run/follow-runs.ts";

interface Flags extends ConnectionFlags, EventFlags {
  readonly event: string;
  readonly var?: Readonly<Record<string, string>>;
  readonly watch?: true;
}

/** Of a flag that may be given more than once, for another variable each. */
const parseVariable = (
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => {
  const [name, value] = parseAssignment(text);
  if (before[name] !== undefined) throw new UsageError(`--var: ${name} has two values`);
  return { ...before, [name]: value };
};

const run = async (
  client: GarrisonClient,
  playbook: string,
  event: ReportedEvent,
  { flags, signal }: { readonly flags: Flags; readonly signal: AbortSignal },
): Promise<ExitCode> => {
  const { id, known } = await client.runs.start(playbook, event, { variables: flags.var ?? {} });
  if (flags.watch !== true) await toStdout(flags.json === true ? jsonLine({ id, playbook, known }) : `${id}\n`);
  return flags.watch === true ? followRuns(client, [id], flags, signal) : exitCodes.complete;
};

export const addPlaybookRun = (playbook: Command, onExit: OnExit): void => {
  const command = playbook
    .command("run <id>")
    .description("run a playbook for an event that is only for it, whatever the bindings say, and print the run's id")
    .requiredOption("--event <event>", "a file with one event, - for standard input, or the JSON itself");
  withConnectionFlags(withEventFlags(command))
    .option(
      "--var <name=value>",
      "of a CACAO playbook: the value of an external variable, such as __address__=10.0.0.7; repeatable",
      parseVariable,
    )
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
