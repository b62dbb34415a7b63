import type { GarrisonClient, Run, Step } from "../../../../src/client/index.ts";

/** Of one run, what is shown of its steps: a playbook of a loop has less than ten. */
const mostSteps = 20;

/** What the record of a run says it did, in one line: its steps with their times since it began, and what it logged. */
export const trackOf = async ({ runs }: GarrisonClient, id: string): Promise<string> => {
  const [run, { steps }] = await Promise.all([runs.get(id), runs.steps(id, { pageSize: mostSteps })]);
  return trackText(run, steps);
};

const trackText = ({ startedAtMs = 0, executions, log }: Run, steps: readonly Step[]): string => {
  const since = (atMs: number | undefined): string => (atMs === undefined ? "" : `${atMs - startedAtMs}`);
  const parts = steps.map(({ n, name, state, executions: times, startedAtMs: from, endedAtMs, failure }) => {
    const of = failure === undefined ? "" : ` (${failure.code}: ${failure.message})`;
    return `${n} ${name} ${state}${of} in ${since(from)}..${since(endedAtMs)} ms, ${times} executions`;
  });
  const lines = log.map(({ atMs, text }) => `at ${since(atMs)} ms: ${text}`);
  return [`${executions} executions`, ...parts, ...lines].join("; ");
};
