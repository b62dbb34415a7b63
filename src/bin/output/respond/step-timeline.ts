import type { Run, Step } from "../../../client/index.ts";
import { printable } from "../../../base/printable.ts";
import { answeredOf, purposeOf } from "./cacao-step.ts";
import { firstLine, spanText } from "./show-run.ts";

const nameChars = 32;
const valueChars = 200;
const barWidth = 24;
const marks: Readonly<Record<Step["state"], string>> = {
  started: "▒",
  done: "█",
  failed: "x",
  unknown: "?",
  aborted: "-",
};
const head = ["", "action", "state", "start", "took", ""];

/** Where in the time of the run a step ran, as text of `barWidth` characters. */
const barOf = (step: Step, fromMs: number, toMs: number): string => {
  const scale = barWidth / Math.max(1, toMs - fromMs);
  const place = (ms: number): number => Math.round((ms - fromMs) * scale);
  const from = Math.min(barWidth - 1, Math.max(0, place(step.startedAtMs)));
  const to = Math.min(barWidth, Math.max(from + 1, place(step.endedAtMs ?? toMs)));
  return `${"·".repeat(from)}${marks[step.state].repeat(to - from)}${"·".repeat(barWidth - to)}`;
};

const stateOf = ({ state, executions }: Step): string => (executions > 1 ? `${state} (${executions}×)` : state);

const detailsOf = ({ input, failure, output }: Step): readonly string[] => [
  ...[purposeOf(input)].flatMap((purpose) => (purpose === undefined ? [] : [printable(purpose, valueChars)])),
  ...(failure === undefined ? [] : [printable(`${failure.code}: ${firstLine(failure.message)}`, valueChars)]),
  ...(output === undefined ? [] : [`→ ${printable(answeredOf(output) ?? JSON.stringify(output), valueChars)}`]),
];

/**
 * Steps of a run below each other, each with its start after that of the run, how long it took, and when in the time of the run that was;
 * below it what it is for, if it is one of CACAO, and its output or error. A value may be hostile text: what a terminal would obey is taken out.
 *
 * @param nowMs milliseconds since 1970, for what has not ended
 */
export const stepTimeline = (run: Run, steps: readonly Step[], nowMs: number): readonly string[] => {
  const fromMs = run.startedAtMs ?? run.createdAtMs;
  const toMs = Math.max(run.endedAtMs ?? nowMs, ...steps.map(({ endedAtMs = 0 }) => endedAtMs));
  const rows = steps.map((step) => {
    const took = step.endedAtMs === undefined ? "" : spanText(step.endedAtMs - step.startedAtMs);
    const cells = [
      ...[String(step.n), printable(step.name, nameChars), stateOf(step)],
      ...[`+${spanText(Math.max(0, step.startedAtMs - fromMs))}`, took, barOf(step, fromMs, toMs)],
    ];
    return { cells, details: detailsOf(step) };
  });
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map(({ cells }) => cells[at]?.length ?? 0)));
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd();
  const indent = " ".repeat((widths[0] ?? 0) + 2);
  return [
    lineOf(head),
    ...rows.flatMap(({ cells, details }) => [lineOf(cells), ...details.map((line) => indent + line)]),
  ];
};
