import { keyOf, respondSpace, type Runs } from "../../actors/respond/index.ts";
import type { Clock } from "../../base/clock.ts";
import { currentTraceparent, type Tracing } from "../../base/tracing.ts";
import type { Store } from "../../store/index.ts";
import { runService } from "../../wire/index.ts";
import type { CallServer } from "../calls/call-server.ts";
import { reportedEvent } from "../events/reported-events.ts";
import { fillPage } from "../fill-page.ts";
import { pageRequest } from "../page-request.ts";
import type { PlaybookShelf } from "./playbook-shelf.ts";
import { answerOf, runMessage, stepMessage } from "./run-message.ts";
import { unknownRun, watchRun } from "./watch-run.ts";

export interface RunCallsSetup {
  readonly calls: CallServer;
  readonly store: Store;
  readonly runs: Runs;
  readonly playbooks: PlaybookShelf;
  readonly clock: Clock;
  readonly tracing: Tracing;
}

/** Runs of playbooks: started, shown, watched, answered and ended. Nothing here runs a playbook. */
export const serveRuns = ({ calls, store, runs, playbooks, clock, tracing }: RunCallsSetup): void => {
  const space = store.space(respondSpace);

  calls.unary(runService.listRuns, async (request) => {
    const { states, playbook = "", event = "" } = request;
    const { rows, next } = await fillPage(
      { clock, ...pageRequest(request) },
      (page) =>
        runs.list({
          ...page,
          ...(states.length === 0 ? {} : { states }),
          ...(playbook === "" ? {} : { playbook }),
          ...(event === "" ? {} : { event }),
        }),
      runMessage,
    );
    return { runs: rows, nextPageToken: next };
  });

  calls.unary(runService.getRun, async ({ id }) => {
    const view = await runs.get(id);
    if (view === undefined) throw unknownRun(id);
    return { run: runMessage(view) };
  });

  calls.stream(runService.watchRun, ({ id }, { signal }) => watchRun({ runs, space, clock }, id, signal));

  calls.unary(runService.listSteps, async (request) => {
    const { rows, next } = await fillPage(
      { clock, ...pageRequest(request) },
      (page) => runs.steps(request.id, page),
      stepMessage,
    );
    return { steps: rows, nextPageToken: next };
  });

  calls.unary(runService.startRun, async (request, call) => {
    const event = reportedEvent(request.event, call.caller, "event");
    await playbooks.checkVariables(request.playbook, request.variables);
    call.concerns(`${request.playbook} ${keyOf(event)}`);
    const trace = currentTraceparent(tracing);
    const { id, known } = await runs.start(request.playbook, event, {
      ...(request.priority === undefined ? {} : { priority: request.priority }),
      ...(trace === undefined ? {} : { trace }),
      variables: request.variables,
    });
    call.concerns(id);
    return { id, known };
  });

  calls.unary(runService.cancelRun, async ({ id }, call) => {
    call.concerns(id);
    return { cancelled: await runs.cancel(id) };
  });

  calls.unary(runService.retryRun, async ({ id }, call) => {
    call.concerns(id);
    const made = await runs.retry(id);
    return { id: made.id, known: made.known };
  });

  calls.unary(runService.answerRun, async ({ id, answers }, call) => {
    call.concerns(`${id} ${answers.map(({ step }) => step).join(" ")}`);
    return { run: runMessage(await runs.answer(id, answers.map(answerOf))) };
  });

  calls.unary(runService.listPlaybooks, () => playbooks.list());

  calls.unary(runService.getPlaybook, ({ id }) => playbooks.get(id));
};
