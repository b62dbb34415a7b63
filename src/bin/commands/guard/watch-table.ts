import { systemClock } from "../../../base/clock.ts";
import { pause } from "../../../base/pause.ts";
import type { GarrisonClient } from "../../../client/index.ts";
import { WatchedTable, type TableEvent } from "../../calls/guard/watched-table.ts";
import { actionText, ruleText } from "../../output/indication-text.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { messageLine } from "../../output/messages.ts";
import { timeText } from "../../output/scan/show-scan.ts";
import { toStdout } from "../../output/stdout.ts";
import type { OutputFlags } from "../common-flags.ts";

/** After a node has ended the stream in order. */
const againMs = 500;

const lineOf = ({ event, interception }: TableEvent): string => {
  const { rule, field, subject, untilMs } = interception;
  const words = [event === "put" ? "+" : "-", ruleText(rule), field, subject, actionText(interception)];
  return messageLine([timeText(systemClock.wallMs()), ...words, "until", timeText(untilMs)].join(" "));
};

/** Prints the table of decisions and how it changes, until the signal is aborted or nobody reads any more. */
export const watchTable = async (
  { guard }: Pick<GarrisonClient, "guard">,
  { json }: OutputFlags,
  signal: AbortSignal,
): Promise<void> => {
  const table = new WatchedTable();
  const aborted = (): boolean => signal.aborted;
  while (!aborted()) {
    let fits = true;
    for await (const message of guard.watch(() => table.positions, signal)) {
      if (message.type !== "changes") continue;
      const events = table.apply(message);
      fits = events !== undefined;
      if (events === undefined) break;
      const lines = events.map((event) =>
        json === true
          ? jsonLine({ atMs: systemClock.wallMs(), event: event.event, ...event.interception })
          : lineOf(event),
      );
      if (lines.length > 0 && !(await toStdout(lines.join("")))) return;
    }
    // What was missed is not known: from the beginning.
    if (!fits) table.forgetPositions();
    else await pause(systemClock, againMs, signal);
  }
};
