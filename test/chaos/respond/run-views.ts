import type { Run } from "../../../src/client/index.ts";
import type { Caller } from "../caller.ts";
import { httpPlaceOf } from "./cacao/step-places.ts";

interface StepInput {
  readonly stage: number;
  readonly part: number;
}

/** All steps of a run with what the playbook `orders`, or the same of CACAO, gave them to do. */
export const stepsOfRun = async (cluster: Caller, run: string) => {
  const { steps } = await cluster.ask((client) => client.runs.steps(run, { pageSize: 1_000 }));
  return steps.map((step) => ({
    ...step,
    ...(httpPlaceOf(run, step) ?? (step.input as unknown as StepInput)),
    run,
  }));
};

/** Every run that the cluster knows, in one of these states if some are given. */
export const allRuns = async (cluster: Caller, states: readonly Run["state"][] = []): Promise<readonly Run[]> => {
  const runs: Run[] = [];
  let pageToken = "";
  do {
    const token = pageToken;
    const page = await cluster.ask((client) =>
      client.runs.list({ pageSize: 500, states, ...(token === "" ? {} : { pageToken: token }) }),
    );
    runs.push(...page.runs);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return runs;
};
