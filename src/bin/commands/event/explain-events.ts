import type { EventExplanation, GarrisonClient } from "../../../client/index.ts";
import { printable } from "../../../base/printable.ts";
import type { EventError } from "../../../engines/events/index.ts";
import { inOrder } from "../../calls/in-order.ts";
import type { ReadEvent } from "../../calls/events/read-event.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { createSay } from "../../output/messages.ts";
import { suppressionText } from "../../output/respond/suppression-text.ts";
import { toStdout } from "../../output/stdout.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import { UsageError } from "../../process/usage-error.ts";
import type { OutputFlags } from "../common-flags.ts";
import { InvalidEvents } from "./invalid-events.ts";

interface ExplainSetup {
  /** Name of the file, for messages. */
  readonly file: string;
  readonly flags: OutputFlags;
  readonly signal: AbortSignal;
}

type Explained =
  | { readonly line: number; readonly problem: EventError }
  | { readonly line: number; readonly kind: string; readonly explanation: EventExplanation }
  | { readonly line: number; readonly failure: unknown };

const atOnce = 8;
const becauseChars = 500;

const explainOne = async ({ events }: GarrisonClient, read: ReadEvent): Promise<Explained> => {
  if ("problem" in read) return read;
  const { line, event } = read;
  try {
    return { line, kind: event.kind, explanation: await events.explain(event) };
  } catch (failure) {
    return { line, failure };
  }
};

const linesOf = (line: number, kind: string, { choices }: EventExplanation): string => {
  if (choices.length === 0) return `line ${line} ${kind}: no binding is for it\n`;
  return choices
    .map(({ binding, playbook, because, suppressed, variables }) => {
      const names = `${printable(playbook)} by ${printable(binding)}${givenText(variables)}`;
      const not = suppressed === undefined ? "" : `, but not now: ${suppressionText[suppressed]}`;
      return `line ${line} ${kind}: ${names}, because ${printable(because, becauseChars)}${not}\n`;
    })
    .join("");
};

const givenText = (variables: Readonly<Record<string, string>>): string => {
  const given = Object.entries(variables).map(([name, value]) => `${printable(name)}=${printable(value)}`);
  return given.length === 0 ? "" : ` with ${given.join(" ")}`;
};

/** Says for each event which playbooks it would start now and why, and stores nothing. */
export const explainEvents = async (
  client: GarrisonClient,
  events: AsyncIterable<ReadEvent>,
  { file, flags, signal }: ExplainSetup,
): Promise<ExitCode> => {
  const invalid = new InvalidEvents(file);
  let seen = 0;
  let matched = 0;
  for await (const explained of inOrder(events, atOnce, (read) => explainOne(client, read))) {
    if (signal.aborted) return exitCodes.interrupted;
    if ("failure" in explained) throw explained.failure;
    seen += 1;
    const { line } = explained;
    if ("problem" in explained) {
      const { at, message } = explained.problem;
      invalid.add(line, explained.problem);
      if (flags.json === true) await toStdout(jsonLine({ line, status: "invalid", at, message }));
      continue;
    }
    const { kind, explanation } = explained;
    if (explanation.choices.some(({ suppressed }) => suppressed === undefined)) matched += 1;
    const text = flags.json === true ? jsonLine({ line, kind, ...explanation }) : linesOf(line, kind, explanation);
    if (!(await toStdout(text))) break;
  }
  if (signal.aborted) return exitCodes.interrupted;
  if (seen === 0) throw new UsageError(`${file}: there is no event in it`);
  invalid.close();
  const judged = seen - invalid.count;
  createSay(flags.quiet === true)(
    `${judged} events: ${matched} would start playbooks, ${judged - matched} none; nothing was sent`,
  );
  return invalid.count > 0 ? exitCodes.usage : exitCodes.complete;
};
