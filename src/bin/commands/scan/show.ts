import type { Command } from "commander";
import type { Scan } from "../../../client/index.ts";
import { printable } from "../../../base/printable.ts";
import { callNode } from "../../calls/call-node.ts";
import { eachId } from "../../calls/each-id.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { resultOf } from "../../output/scan/scan-result.ts";
import { hasEnded, stateText, timeText } from "../../output/scan/show-scan.ts";
import { toStdout } from "../../output/stdout.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

const valueChars = 1_000;

/** What is known of a scan, a line each; what is not known, or is as usual, is left out. */
const linesOf = (scan: Scan): readonly string[] => {
  const { spec, subtasks, summary } = scan;
  const { options } = spec;
  const gaps = hasEnded(scan) ? resultOf([{ ...scan, target: spec.target }]).gaps : [];
  const facts: readonly (readonly [string, string | number | undefined])[] = [
    ["id", scan.id],
    ["state", stateText(scan)],
    ["target", spec.target],
    ["priority", scan.priority],
    ["bundle", spec.bundle],
    ...options.headers.map(({ name }) => ["header", name] as const),
    ...Object.keys(options.variables).map((name) => ["variable", name] as const),
    ["proxy", options.proxy],
    ["rate limit", options.rateLimit],
    ...options.excludeHosts.map((entry) => ["excluded", entry] as const),
    ["submitted", timeText(scan.submittedAtMs)],
    ["started", timeText(scan.startedAtMs)],
    ["ended", timeText(scan.endedAtMs)],
    [
      "subtasks",
      `${subtasks.planned} planned, ${subtasks.done} done, ${subtasks.failed} failed, ${subtasks.cancelled} cancelled, ${subtasks.dead} dead`,
    ],
    ["requests", `${scan.plannedRequests} planned, ${scan.endedRequests} ended`],
    ["findings", scan.findings],
    ["last error", summary === undefined ? scan.lastError : undefined],
    ...gaps.map((gap) => ["gap", gap] as const),
  ];
  return facts.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [`${name.padEnd(11)} ${printable(String(value), valueChars)}`],
  );
};

export const addScanShow = (scan: Command, onExit: OnExit): void => {
  withConnectionFlags(
    scan.command("show <id...>").description("where scans stand, and with what they were submitted"),
  ).action(async (ids: readonly string[], flags: ConnectionFlags) => {
    const code = await callNode(flags, ({ scans }) =>
      eachId(ids, async (id) => {
        const shown = await scans.get(id);
        await toStdout(flags.json === true ? jsonLine(shown) : `${linesOf(shown).join("\n")}\n\n`);
      }),
    );
    onExit(code);
  });
};
