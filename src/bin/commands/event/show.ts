import type { Command } from "commander";
import type { EventRecord } from "../../../client/index.ts";
import { callNode } from "../../calls/call-node.ts";
import { eachId } from "../../calls/each-id.ts";
import { type Fact, factLines } from "../../output/text/fact-lines.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { timeText } from "../../output/scan/show-scan.ts";
import { suppressionText } from "../../output/respond/suppression-text.ts";
import { toStdout } from "../../output/stdout.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

const logsourceText = ({ logsource }: EventRecord["event"]): string =>
  Object.entries(logsource ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(" ");

/** What is known of an event; of its data the beginning. */
const factsOf = ({
  key,
  state,
  event,
  receivedAtMs,
  decidedAtMs,
  catalog,
  runs,
  suppressed,
  cause,
}: EventRecord): readonly Fact[] => [
  ["key", key],
  ["state", state],
  ["kind", event.kind],
  ["logsource", logsourceText(event)],
  ["occurred", timeText(event.occurredAtMs)],
  ["received", timeText(receivedAtMs)],
  ["decided", timeText(decidedAtMs)],
  ["catalog", catalog],
  ...cause.map(({ event: first, playbook }): Fact => ["led to by", `${first}, answered by ${playbook}`]),
  ...runs.map(({ id, binding, playbook, because }): Fact => ["run", `${id} of ${playbook} by ${binding}: ${because}`]),
  ...suppressed.map(({ binding, playbook, reason }): Fact => [
    "not run",
    `${playbook} by ${binding}: ${suppressionText[reason]}`,
  ]),
  ["data", JSON.stringify(event.data)],
];

export const addEventShow = (event: Command, onExit: OnExit): void => {
  withConnectionFlags(
    event.command("show <key...>").description("events with what became of them: the runs they started, and why"),
  ).action(async (keys: readonly string[], flags: ConnectionFlags) => {
    const code = await callNode(flags, ({ events }) =>
      eachId(keys, async (key) => {
        const shown = await events.get(key);
        await toStdout(flags.json === true ? jsonLine(shown) : `${factLines(factsOf(shown)).join("\n")}\n\n`);
      }),
    );
    onExit(code);
  });
};
