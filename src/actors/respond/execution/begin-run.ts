import { PlaybookError, type PlaybookExecution } from "../../../engines/playbook/index.ts";
import { same, type Context, type Same } from "../../../kernel/index.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import { commitOnce, type Committed } from "./commit-once.ts";
import { cutChanges } from "./cut-changes.ts";
import { endClaim } from "./end-run.ts";
import { LiveAnswers } from "./live-answers.ts";
import { loadRun, type Loaded } from "./load-run.ts";
import { openingOf, type Opening } from "./opening.ts";
import { RunJournal } from "./run-journal.ts";
import { RunLog } from "./run-log.ts";
import type { RunMessage, RunSetup, RunState } from "./run-protocol.ts";

const retryMs = 250;
const keepLogEveryMs = 1_000;
/** Persons who answer reach any node: the one that executes the run hears of it by looking, in less than a second. */
const lookForAnswersEveryMs = 400;

/** Reads what there is to do, writes down that it is done, and does it. */
export const begin = async (
  setup: RunSetup,
  state: RunState,
  context: Context<RunMessage>,
): Promise<RunState | Same> => {
  const { claim, node, supervisor } = setup;
  const loaded = await attempt(context, "load", () => loadRun(setup, claim, node, context.clock.wallMs()));
  if (loaded.status !== "ok") return again(retryMs, context);
  const opening = openingOf(claim, loaded.value, context.clock.wallMs());
  const kept = await keepOpening(setup, opening, context);
  if (context.signal.aborted) return same;
  switch (kept) {
    case "unavailable":
      return again(retryMs, context);
    case "changed":
      return again(0, context);
    case "stale":
      endClaim(setup, context);
      return same;
    case "kept":
      if (loaded.value.type === "execute") return execute(setup, state, loaded.value, context);
      supervisor.tell({ type: "run-started", token: claim.token });
      context.self.tell({ type: "kept", event: opening.event });
      return { ...state, phase: { type: "ending" } };
  }
};

const again = (delayMs: number, context: Context<RunMessage>): Same => {
  remind(context, "begin", delayMs, { type: "begin" });
  return same;
};

/** A process is begun only once this is kept: should it be lost, the next one knows that it may have been. */
const keepOpening = async (
  { space, claim }: RunSetup,
  { steps, rest }: Opening,
  context: Context<RunMessage>,
): Promise<Committed> => {
  if (steps.length + rest.length === 0) return "kept";
  const parts = cutChanges(steps).map(({ changes }) => changes);
  const last = parts.pop() ?? [];
  for (const changes of [...parts, [...last, ...rest]]) {
    const kept = await commitOnce(space, claim, changes, context);
    if (kept !== "kept") return kept;
  }
  return "kept";
};

const execute = (
  setup: RunSetup,
  state: RunState,
  { stored: { id }, run, steps, log, work }: Extract<Loaded, { readonly type: "execute" }>,
  context: Context<RunMessage>,
): RunState | Same => {
  const { space, claim, runner, notify, supervisor } = setup;
  const { writer } = state;
  const journaled = { id, playbook: work.playbook, run, steps, log: new RunLog(log) };
  const journal = new RunJournal({ clock: context.clock, writer, notify }, journaled);
  let execution: PlaybookExecution;
  try {
    execution = runner.start(work, {
      stepsStarted: (starts) => journal.stepsStarted(starts),
      stepsEnded: (ends) => journal.stepsEnded(ends),
      logged: (lines) => journal.logged(lines),
    });
  } catch (error) {
    if (!(error instanceof PlaybookError && error.code === "no-process")) throw error;
    supervisor.tell({ type: "run-returned", token: claim.token });
    context.stopSelf();
    return same;
  }
  // Under way at once, also while a handler waits for the store: its claim may be another's by now.
  context.signal.addEventListener("abort", () => execution.cancel(), { once: true });
  supervisor.tell({ type: "run-started", token: claim.token });
  notify({ type: "started", runId: id, playbook: run.playbook.id, execution: run.executions });
  void execution.ended.then((end) => context.self.tell({ type: "ended", end }));
  context.timers.every("keep-log", keepLogEveryMs, { type: "keep-log" });
  context.timers.every("answers", lookForAnswersEveryMs, { type: "answers" });
  const failed = (error: Error): void => void context.self.tell({ type: "not-kept", error });
  const answers = new LiveAnswers({ space, id, journal, execution, context, failed });
  return { ...state, phase: { type: "executing", id, journal, execution, answers } };
};
