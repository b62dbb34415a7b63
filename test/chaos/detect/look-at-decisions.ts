import type { Caller } from "../caller.ts";
import { answersWrong, decisionsWrong, executionsOf, type Executions, type LinesOf } from "./decision-checks.ts";
import type { Submitted } from "./submitter.ts";

/** What the centres say of all tasks of a submitter. */
export interface SeenDecisions extends Executions {
  /** Tasks that have more than one decision. */
  readonly decidedTwice: number;
  /** What is wrong with decisions, and with the answers that they were made from. */
  readonly decisions: readonly string[];
  readonly answers: readonly string[];
}

const asksAtOnce = 16;

/** Compares what the centres say with the submitter's ledger and with the detectors' logs. */
export const lookAtDecisions = async (
  caller: Pick<Caller, "ask">,
  ledger: readonly Submitted[],
  byObject: LinesOf,
): Promise<SeenDecisions> => {
  const decisions: string[] = [];
  const answers: string[] = [];
  const left = ledger.values();
  let decidedTwice = 0;
  const all = { required: 0, answered: 0, answeredTwice: 0 };
  const look = async (): Promise<void> => {
    for (const submitted of left) {
      const { sha256 } = submitted;
      const { verdicts } = await caller.ask((client) => client.detection.history(sha256));
      const verdict = await caller.ask((client) => client.detection.get({ algorithm: "sha256", hex: sha256 }));
      if (verdicts.filter(({ taskId }) => taskId === submitted.taskId).length > 1) decidedTwice += 1;
      decisions.push(...decisionsWrong(submitted, verdicts));
      const lines = byObject.get(sha256) ?? [];
      answers.push(...answersWrong(verdict, lines));
      const { required, answered, answeredTwice } = executionsOf(verdict, lines);
      all.required += required;
      all.answered += answered;
      all.answeredTwice += answeredTwice;
    }
  };
  await Promise.all(Array.from({ length: asksAtOnce }, look));
  return { decidedTwice, decisions, answers, ...all };
};
