import type { CatalogSource, PlaybookVersion, RunWork } from "../../../engines/playbook/index.ts";
import type { Claim, Space } from "../../../store/index.ts";
import { answeredSteps, noAnswers, readGivenAnswers, type GivenAnswers } from "../records/given-answers.ts";
import type { PlaybookCode } from "../records/playbook-code.ts";
import { itemOf, withoutQuestion, type RunRecord } from "../records/run-record.ts";
import { isExecuted, isUnknown, journaled, readSteps, type StepRecord } from "../records/step-record.ts";
import { readSubject } from "../records/run-subject.ts";
import { readLog, readRun, type StoredRun } from "../runs/view-run.ts";
import { runHasEnded, type RunView } from "../views.ts";
import { parseRunWork } from "../work.ts";

export interface LoadSetup {
  readonly space: Space;
  readonly catalog: CatalogSource;
  readonly code: PlaybookCode;
}

/** What the store has of a run that has not ended. */
interface LoadedRun {
  readonly stored: StoredRun;
  /** Where it stands now. */
  readonly run: RunRecord;
  /** Its journal, with what persons said meanwhile. */
  readonly steps: readonly StepRecord[];
  /** Those of the steps that are not in the store as they are here. */
  readonly changed: readonly StepRecord[];
  readonly given: GivenAnswers;
}

/** What the holder of a claim on a run has to do. */
export type Loaded =
  /** The run has ended, goes on with another item, or is forgotten: this item has nothing to do. */
  | { readonly type: "over" }
  /** Some of its steps have outcomes that nobody knows, and must not be repeated. */
  | ({ readonly type: "ask" } & LoadedRun)
  /** What it needs is no longer kept. */
  | ({ readonly type: "missing"; readonly message: string } & Pick<LoadedRun, "stored">)
  /** Executed steps that have no end are executed again by this execution, which is counted in them. */
  | ({
      readonly type: "execute";
      /** It is written down already that this claim begins it: nobody heard of that, and no process was started. */
      readonly begun: boolean;
      readonly log: RunView["log"];
      readonly work: RunWork;
    } & LoadedRun);

/** Reads all that an execution of a run needs. Only answers of persons come meanwhile: see `GivenAnswers`. */
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
  const [journal, given, log, subject, playbook] = await Promise.all([
    isFirst ? [] : readSteps(space, id),
    isFirst ? noAnswers : readGivenAnswers(space, id),
    isFirst ? [] : readLog(space, id),
    readSubject(space, id),
    playbookOf(catalog, code, stored.run),
  ]);
  const begun = stored.run.claim === claim.token;
  const answered = begun ? [] : answeredSteps(journal, given.answers, nowMs);
  const steps = replaced(journal, answered);
  const counts = { started: steps.length, done: countOf(steps, "done"), failed: countOf(steps, "failed") };
  if (!begun && steps.some(isUnknown)) {
    return { type: "ask", stored, run: { ...stored.run, steps: counts }, steps, changed: answered, given };
  }
  if (subject === undefined || playbook === undefined) {
    const what = subject === undefined ? "its event" : `version ${stored.run.playbook.version} of its playbook`;
    return { type: "missing", stored, message: `${what} is no longer kept: start the run anew` };
  }
  const again = begun ? [] : steps.filter((step) => step.end === undefined && isExecuted(step)).map(onceMore);
  const run: RunRecord = {
    ...withoutQuestion(stored.run),
    ...{ state: "running", node, steps: counts, claim: claim.token },
    executions: stored.run.executions + (begun ? 0 : 1),
    startedAtMs: stored.run.startedAtMs ?? nowMs,
  };
  const work: RunWork = {
    ...{ runId: id, playbook, ...subject },
    startedAtMs: run.startedAtMs ?? nowMs,
    journal: steps.map(journaled),
  };
  return {
    ...{ type: "execute", stored, run, given, log, work, begun },
    ...{ steps: replaced(steps, again), changed: [...answered, ...again] },
  };
};

const playbookOf = async (
  catalog: CatalogSource,
  code: PlaybookCode,
  { playbook }: RunRecord,
): Promise<PlaybookVersion | undefined> => {
  const current = catalog.current().playbooks.get(playbook.id);
  return current?.version === playbook.version ? current : code.get(playbook.version);
};

const replaced = (steps: readonly StepRecord[], by: readonly StepRecord[]): readonly StepRecord[] => {
  const next = new Map(by.map((step) => [step.n, step]));
  return steps.map((step) => next.get(step.n) ?? step);
};

const onceMore = (step: StepRecord): StepRecord => {
  const next = { ...step, executions: step.executions + 1 };
  delete next.repeat;
  return next;
};

const countOf = (steps: readonly StepRecord[], state: "done" | "failed"): number =>
  steps.filter(({ end }) => end?.result.state === state).length;
