import { PlaybookError, type PlaybookExecution } from "../../../engines/playbook/index.ts";
import { same, type Context, type Same } from "../../../kernel/index.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import type { RespondEvent } from "../setup.ts";
import { endClaim, endedEvent, tellWhenKept } from "./end-run.ts";
import { loadRun, type Loaded } from "./load-run.ts";
import { askChanges, endedRun, finishChanges } from "./run-ends.ts";
import { beginChanges, RunJournal } from "./run-journal.ts";
import { RunLog } from "./run-log.ts";
import type { RunMessage, RunSetup, RunState } from "./run-protocol.ts";

type Execute = Extract<Loaded, { readonly type: "execute" }>;

const retryMs = 250;
const keepLogEveryMs = 1_000;

/** Reads what there is to do, and does it. */
export const begin = async (
  setup: RunSetup,
  state: RunState,
  context: Context<RunMessage>,
): Promise<RunState | Same> => {
  const { claim, node } = setup;
  const loaded = await attempt(context, "load", () => loadRun(setup, claim, node, context.clock.wallMs()));
  if (loaded.status !== "ok") {
    remind(context, "begin", retryMs, { type: "begin" });
    return same;
  }
  const { value } = loaded;
  const kept = value.type === "execute" && value.repeats ? await keepRepeats(setup, value, context) : "kept";
  if (context.signal.aborted) return same;
  if (kept === "again") {
    remind(context, "begin", retryMs, { type: "begin" });
    return same;
  }
  if (kept === "stale") {
    endClaim(setup, context);
    return same;
  }
  if (value.type === "execute") return execute(setup, state, value, context);
  setup.supervisor.tell({ type: "run-started", token: claim.token });
  conclude(setup, state, value, context);
  return { ...state, phase: { type: "ending" } };
};

/** Ends the item of a run that is not executed. */
const conclude = (
  { claim }: RunSetup,
  { writer }: RunState,
  loaded: Exclude<Loaded, Execute>,
  context: Context<RunMessage>,
): void => {
  switch (loaded.type) {
    case "over":
      return tellWhenKept(writer.write([{ type: "finish", claim, outcome: "done" }]), undefined, context);
    case "ask": {
      const { id, run, steps } = loaded;
      const event: RespondEvent = { type: "asked", runId: id, steps: steps.length };
      return tellWhenKept(writer.write(askChanges(claim, id, run, steps)), event, context);
    }
    case "missing": {
      const { id, run, message } = loaded;
      const record = endedRun(run, { type: "failed", reason: "invalid", message }, context.clock.wallMs());
      return tellWhenKept(writer.write(finishChanges(claim, id, record)), endedEvent(id, record), context);
    }
  }
};

/** From here on a step that a person let be repeated may have had its effect again: the next time, that is asked again. */
const keepRepeats = async (
  { space, claim }: RunSetup,
  { id, run, steps }: Execute,
  context: Context<RunMessage>,
): Promise<"kept" | "stale" | "again"> => {
  const changes = beginChanges(id, run, steps);
  const kept = await attempt(context, "repeat", () => space.commit({ type: "claim", claim }, changes));
  if (kept.status === "ok") return "kept";
  return kept.status === "stale" ? "stale" : "again";
};

const execute = (
  setup: RunSetup,
  state: RunState,
  { id, run, steps, log, work }: Execute,
  context: Context<RunMessage>,
): RunState | Same => {
  const { claim, runner, notify, supervisor } = setup;
  const { writer } = state;
  const journal = new RunJournal({ clock: context.clock, writer, notify }, id, run, steps, new RunLog(log));
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
  journal.begin();
  supervisor.tell({ type: "run-started", token: claim.token });
  notify({ type: "started", runId: id, playbook: run.playbook.id, execution: run.executions });
  void execution.ended.then((end) => context.self.tell({ type: "ended", end }));
  context.timers.every("keep-log", keepLogEveryMs, { type: "keep-log" });
  return { ...state, phase: { type: "executing", id, journal, execution } };
};
