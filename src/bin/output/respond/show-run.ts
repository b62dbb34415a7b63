import type { Run } from "../../../client/index.ts";
import { printable } from "../../../base/printable.ts";
import type { Fact } from "../text/fact-lines.ts";
import { timeText } from "../scan/show-scan.ts";

const messageChars = 1_000;

/** Whether nothing changes the run any more. */
export const runHasEnded = ({ state }: Run): boolean =>
  state !== "queued" && state !== "running" && state !== "waiting";

/** The state and, of a run that did not end as it should, the reason. */
export const runStateText = ({ state, failure, filter }: Run): string => {
  if (failure !== undefined) return `${state}: ${failure.reason}`;
  return filter === undefined ? state : `${state} by ${filter}`;
};

const mostStackLines = 10;

/** Of a message with a stack. */
export const firstLine = (message: string): string => message.split("\n", 1)[0] ?? "";

/** Where in the playbook it failed, as far as that is known. */
export const stackLines = ({ failure }: Run): readonly string[] =>
  (failure?.message ?? "")
    .split("\n")
    .slice(1, 1 + mostStackLines)
    .map((line) => `  ${printable(line, messageChars)}`);

/** A time span for people: `203ms`, `1.5s`, `2m05s`. */
export const spanText = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, "0")}s`;
};

/** What is known of a run, without its steps and its log. */
export const runFacts = (run: Run): readonly Fact[] => [
  ["id", run.id],
  ["state", runStateText(run)],
  ["playbook", `${run.playbook} ${run.version.slice(0, 12)}`],
  ["event", run.event],
  ["binding", run.binding ?? "none, a person started it"],
  ["priority", run.priority],
  ["repeats", run.retryOf],
  ["made", timeText(run.createdAtMs)],
  ["started", timeText(run.startedAtMs)],
  ["ended", timeText(run.endedAtMs)],
  ["goes on", run.state === "waiting" ? timeText(run.waitsUntilMs) : undefined],
  ["node", run.node],
  ["processes", run.executions],
  ["steps", `${run.steps.started} started, ${run.steps.done} done, ${run.steps.failed} failed`],
  ["failure", run.failure && firstLine(run.failure.message)],
  ["output", run.output === undefined ? undefined : JSON.stringify(run.output)],
];

/** The last lines that the playbook has logged. */
export const logLines = ({ log }: Run): readonly string[] =>
  log.map(({ atMs, level, text }) => `${timeText(atMs)} ${level.padEnd(5)} ${printable(text, messageChars)}`);
