import { StoreError } from "../../../store/index.ts";
import { RespondError } from "../errors.ts";
import { readGivenAnswers } from "../records/given-answers.ts";
import { runHasEnded, type Answer } from "../views.ts";
import { answerUnderWay } from "./answer-under-way.ts";
import { answerWaiting } from "./answer-waiting.ts";
import type { AnswerSetup } from "./answering.ts";
import { checkAnswers, noQuestion } from "./answers.ts";
import { applied } from "./applied.ts";
import { readRun, viewRun } from "./view-run.ts";

/** A run that begins, waits or ends meanwhile is looked at anew. */
const mostRaces = 20;

/**
 * Tells a run how steps of it ended. One that waits goes on; one that is under way is told while it goes on. What is answered is kept when
 * this resolves, and the run hears of it: unless it, or the step, ends in another way before.
 */
export const answerRun = async (setup: AnswerSetup, id: string, answers: readonly Answer[]): Promise<void> => {
  const { space } = setup;
  checkAnswers(answers);
  for (let race = 0; race < mostRaces; race += 1) {
    // First: it changes with whatever the run does that matters here.
    const given = await readGivenAnswers(space, id);
    const stored = await readRun(space, id);
    if (stored === undefined) throw new RespondError("run-unknown", `there is no run ${id}`, { ids: { id } });
    const { state } = await viewRun(space, stored);
    if (runHasEnded(state)) throw noQuestion(id, state);
    const answering =
      stored.run.state === "waiting"
        ? await answerWaiting(setup, stored, answers)
        : await answerUnderWay(setup, stored, given, answers);
    if (!(await applied(space, answering.changes))) continue;
    await answering.kept();
    return;
  }
  throw new StoreError("busy", `run ${id} changed ${mostRaces} times meanwhile: answer again`, { retryable: true });
};
