import type { Command } from "commander";
import { systemClock } from "../../../base/clock.ts";
import type { GarrisonClient, Run, Step } from "../../../client/index.ts";
import { callNode } from "../../calls/call-node.ts";
import { eachId } from "../../calls/each-id.ts";
import { firstRows } from "../../calls/pages.ts";
import { factLines } from "../../output/text/fact-lines.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { questionLines } from "../../output/respond/run-question.ts";
import { logLines, runFacts, stackLines } from "../../output/respond/show-run.ts";
import { stepTimeline } from "../../output/respond/step-timeline.ts";
import { toStdout } from "../../output/stdout.ts";
import { parseWhole } from "../../process/parse-flags.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

interface Flags extends ConnectionFlags {
  readonly limit: number;
}

const usualLimit = 100;

const textOf = (run: Run, steps: readonly Step[], more: boolean): string => {
  const timeline = steps.length === 0 ? [] : stepTimeline(run, steps, systemClock.wallMs());
  const sections = [
    factLines(runFacts(run)),
    more ? [...timeline, `… of ${run.steps.started} steps, --limit shows more`] : timeline,
    stackLines(run),
    questionLines(run),
    logLines(run),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n")}\n`;
};

const show = async ({ runs }: GarrisonClient, id: string, { json, limit }: Flags): Promise<void> => {
  const run = await runs.get(id);
  const { rows, more } = await firstRows(limit, async (options) => {
    const { steps, nextPageToken } = await runs.steps(id, options);
    return { rows: steps, nextPageToken };
  });
  await toStdout(
    json === true ? jsonLine({ ...run, timeline: rows, timelineComplete: !more }) : textOf(run, rows, more),
  );
};

export const addRunShow = (run: Command, onExit: OnExit): void => {
  withConnectionFlags(
    run
      .command("show <id...>")
      .description(
        "runs with the timeline of their steps, what they ask and the command that answers it, and their log",
      ),
  )
    .option("--limit <n>", "steps at most, of each run", parseWhole(1, 10_000), usualLimit)
    .action(async (ids: readonly string[], flags: Flags) => {
      onExit(await callNode(flags, (client) => eachId(ids, (id) => show(client, id, flags))));
    });
};
