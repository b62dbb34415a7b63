import { setTimeout as pause } from "node:timers/promises";
import type { Run, Step } from "../../../../src/client/index.ts";
import type { SeenRequest } from "../action-server.ts";
import type { RespondCluster } from "../respond-cluster.ts";
import { allRuns } from "../run-views.ts";

const over: ReadonlySet<Run["state"]> = new Set(["done", "skipped", "failed", "cancelled", "dead"]);
const lookEveryMs = 250;
/** Without any request or end. What is held back after losses takes less. */
const stuckMs = 90_000;

/** All that a run came to and that has to be the same whatever was killed. */
export interface RunResult {
  readonly state: Run["state"];
  /** Final values of the playbook's variables, of a run that is done. */
  readonly output: unknown;
  readonly failure: string | undefined;
  /** `stage.part` of each effect, in order. */
  readonly effects: readonly string[];
}

export const resultOf = ({ id, state, output, failure }: Run, seen: readonly SeenRequest[]): RunResult => ({
  state,
  output,
  failure: failure?.message,
  effects: [...new Set(seen.filter(({ run }) => run === id).map(({ stage, part }) => `${stage}.${part}`))].sort(),
});

/** Runs by their ids, once all of these have ended or nothing has happened for a long time. */
export const untilOver = async (
  cluster: RespondCluster,
  ids: readonly string[],
  seen: readonly SeenRequest[],
): Promise<ReadonlyMap<string, Run>> => {
  let progress = "";
  let atMs = performance.now();
  for (;;) {
    const found = new Map((await allRuns(cluster)).map((run) => [run.id, run]));
    const open = ids.filter((id) => !isOver(found.get(id)));
    const now = `${open.length} ${seen.length}`;
    if (now !== progress) [progress, atMs] = [now, performance.now()];
    if (open.length === 0 || performance.now() - atMs > stuckMs) return found;
    await pause(lookEveryMs);
  }
};

export const isOver = (run: Run | undefined): boolean => run !== undefined && over.has(run.state);

/** All steps of a run. */
export const allSteps = async (cluster: RespondCluster, run: string): Promise<readonly Step[]> => {
  const { steps } = await cluster.ask((client) => client.runs.steps(run, { pageSize: 1_000 }));
  return steps;
};

/** Runs a playbook for an event of its own; the run's id. */
export const begin = async (cluster: RespondCluster, playbook: string, event: string): Promise<string> => {
  const about = { id: event, source: "chaos", kind: "cacao", data: {} };
  return (await cluster.ask((client) => client.runs.start(playbook, about))).id;
};
