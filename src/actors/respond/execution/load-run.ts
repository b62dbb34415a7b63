import type { CatalogSource, PlaybookVersion, RunWork } from "../../../engines/playbook/index.ts";
import type { Claim, Space } from "../../../store/index.ts";
import { runEventKey } from "../records/keys.ts";
import type { PlaybookCode } from "../records/playbook-code.ts";
import { itemOf, type RunRecord } from "../records/run-record.ts";
import { isUnknown, journaled, readSteps, type StepRecord } from "../records/step-record.ts";
import { readLog, readRun } from "../runs/view-run.ts";
import { runHasEnded, type RunView } from "../views.ts";
import { parseRunWork, storedEvent } from "../work.ts";

export interface LoadSetup {
  readonly space: Space;
  readonly catalog: CatalogSource;
  readonly code: PlaybookCode;
}

/** What the holder of a claim on a run has to do. */
export type Loaded =
  /** The run has ended, goes on with another item, or is forgotten: this item has nothing to do. */
  | { readonly type: "over" }
  /** These steps have outcomes that nobody knows, and must not be repeated. */
  | { readonly type: "ask"; readonly id: string; readonly run: RunRecord; readonly steps: readonly number[] }
  /** What it needs is no longer kept. */
  | { readonly type: "missing"; readonly id: string; readonly run: RunRecord; readonly message: string }
  | {
      readonly type: "execute";
      readonly id: string;
      readonly run: RunRecord;
      /** Those without an end are executed again by this execution, which is counted in them. */
      readonly steps: readonly StepRecord[];
      /** A person lets one of them be repeated, once: that has to be written down before it is. */
      readonly repeats: boolean;
      readonly log: RunView["log"];
      readonly work: RunWork;
    };

/** Reads all that an execution of a run needs. Under the claim, so that nobody else writes it meanwhile. */
export const loadRun = async (
  { space, catalog, code }: LoadSetup,
  claim: Claim,
  node: string,
  nowMs: number,
): Promise<Loaded> => {
  const { run: id } = parseRunWork(claim.body);
  const stored = await readRun(space, id);
  if (stored === undefined || runHasEnded(stored.run.state) || itemOf(id, stored.run) !== claim.id) {
    return { type: "over" };
  }
  const isFirst = stored.run.executions === 0;
  const [steps, log, event, playbook] = await Promise.all([
    isFirst ? [] : readSteps(space, id),
    isFirst ? [] : readLog(space, id),
    space.records.get(runEventKey(id)),
    playbookOf(catalog, code, stored.run),
  ]);
  const counts = { started: steps.length, done: countOf(steps, "done"), failed: countOf(steps, "failed") };
  const run: RunRecord = {
    ...stored.run,
    ...{ state: "running", node, steps: counts },
    executions: stored.run.executions + 1,
    startedAtMs: stored.run.startedAtMs ?? nowMs,
  };
  const unknown = steps.filter(isUnknown).map(({ n }) => n);
  if (unknown.length > 0) return { type: "ask", id, run: { ...stored.run, steps: counts }, steps: unknown };
  if (event === undefined || playbook === undefined) {
    const what = event === undefined ? "its event" : `version ${run.playbook.version} of its playbook`;
    return { type: "missing", id, run: stored.run, message: `${what} is no longer kept: start the run anew` };
  }
  const work: RunWork = {
    ...{ runId: id, playbook, event: storedEvent.parse(event.value) },
    startedAtMs: run.startedAtMs ?? nowMs,
    journal: steps.map(journaled),
  };
  const repeats = steps.some(({ repeat }) => repeat === true);
  return { type: "execute", id, run, steps: steps.map(executedAgain), repeats, log, work };
};

const playbookOf = async (
  catalog: CatalogSource,
  code: PlaybookCode,
  { playbook }: RunRecord,
): Promise<PlaybookVersion | undefined> => {
  const current = catalog.current().playbooks.get(playbook.id);
  return current?.version === playbook.version ? current : code.get(playbook.version);
};

const executedAgain = (step: StepRecord): StepRecord => {
  if (step.end !== undefined) return step;
  const next = { ...step, executions: step.executions + 1 };
  delete next.repeat;
  return next;
};

const countOf = (steps: readonly StepRecord[], state: "done" | "failed"): number =>
  steps.filter(({ end }) => end?.result.state === state).length;
