import { asError } from "../../../base/errors.ts";
import { failureCode } from "../../../base/in-span.ts";
import type { Span } from "../../../base/tracing.ts";
import { unreachable } from "../../../base/unreachable.ts";
import { PlaybookError, type PlaybookExecution, type RunEnd } from "../../../engines/playbook/index.ts";
import { same, type Address, type Context, type Props, type Same } from "../../../kernel/index.ts";
import { StoreError, type Claim } from "../../../store/index.ts";
import { claimSpan } from "../../claims/claim-span.ts";
import { failureOf, type WorkerFailure } from "../../claims/failure.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import type { PlaybookCode } from "../records/playbook-code.ts";
import type { RunRecord } from "../records/run-record.ts";
import type { RespondEvent, RespondSetup } from "../setup.ts";
import { ClaimWriter } from "./claim-writer.ts";
import { loadRun, type Loaded } from "./load-run.ts";
import { askChanges, endedRun, finishChanges } from "./run-ends.ts";
import { beginChanges, RunJournal } from "./run-journal.ts";
import { RunLog } from "./run-log.ts";

/**
 * One execution of a run, in a process of its own, under one claim. What the process does is kept before it has an effect. When this actor
 * stops, its process ends: whoever holds the claim next goes on from the journal.
 */
export type RunMessage =
  /** Read what there is to do, and do it. */
  | { readonly type: "begin" }
  /** No process of the execution is alive. */
  | { readonly type: "ended"; readonly end: RunEnd }
  /** What this execution came to is kept. */
  | { readonly type: "kept"; readonly event: RespondEvent | undefined }
  | { readonly type: "not-kept"; readonly error: Error }
  | { readonly type: "keep-log" };

/** What a run tells its supervisor. */
export type RunReport =
  /** It has taken the process that it needs, or needs none. */
  | { readonly type: "run-started"; readonly token: number }
  /** The item has ended, or its claim is no longer held. */
  | { readonly type: "run-ended"; readonly token: number }
  /** There is no process for it: its claim is given back as it was. */
  | { readonly type: "run-returned"; readonly token: number }
  | { readonly type: "run-failed"; readonly token: number; readonly failure: WorkerFailure };

interface Executing {
  readonly id: string;
  readonly journal: RunJournal;
  readonly execution: PlaybookExecution;
}

interface RunState {
  readonly writer: ClaimWriter;
  readonly span: Span;
  readonly executing: Executing | undefined;
}

export interface RunSetup extends RespondSetup {
  readonly claim: Claim;
  readonly code: PlaybookCode;
  readonly supervisor: Address<RunReport>;
}

type Execute = Extract<Loaded, { readonly type: "execute" }>;

const retryMs = 250;
const keepLogEveryMs = 1_000;

const begin = async (setup: RunSetup, state: RunState, context: Context<RunMessage>): Promise<RunState | Same> => {
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
    end(setup, context);
    return same;
  }
  if (value.type === "execute") return execute(setup, state, value, context);
  setup.supervisor.tell({ type: "run-started", token: claim.token });
  conclude(setup, state, value, context);
  return same;
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

const tellWhenKept = (kept: Promise<void>, event: RespondEvent | undefined, { self }: Context<RunMessage>): void => {
  kept.then(
    () => self.tell({ type: "kept", event }),
    (error: unknown) => self.tell({ type: "not-kept", error: asError(error) }),
  );
};

const endedEvent = (id: string, run: RunRecord & { readonly endedAtMs: number }): RespondEvent => ({
  ...{ type: "ended", runId: id, playbook: run.playbook.id, state: run.state },
  reason: run.failure?.reason,
  tookMs: Math.max(0, run.endedAtMs - (run.startedAtMs ?? run.endedAtMs)),
});

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
  return { ...state, executing: { id, journal, execution } };
};

/** The process has ended: its run has, too, unless it can go on in another one. */
const ended = (setup: RunSetup, { id, journal }: Executing, end: RunEnd, context: Context<RunMessage>): void => {
  const { claim, notify } = setup;
  context.timers.cancel("keep-log");
  const { fault, run } = journal;
  const final: RunEnd = fault === undefined ? end : { type: "failed", ...fault };
  if (final.type === "lost" || final.type === "cancelled") {
    notify({ type: "lost", runId: id });
    fail(setup, { message: final.type === "lost" ? final.message : "its process was ended", killed: true }, context);
    return;
  }
  const record = endedRun(run, final, context.clock.wallMs());
  tellWhenKept(journal.end(finishChanges(claim, id, record)), endedEvent(id, record), context);
};

/** The claim goes back: another execution goes on from the journal. */
const fail = ({ supervisor, claim }: RunSetup, failure: WorkerFailure, context: Context<RunMessage>): void => {
  supervisor.tell({ type: "run-failed", token: claim.token, failure });
  context.stopSelf();
};

const end = ({ supervisor, claim }: RunSetup, context: Context<RunMessage>): void => {
  supervisor.tell({ type: "run-ended", token: claim.token });
  context.stopSelf();
};

const notKept = (setup: RunSetup, error: Error, context: Context<RunMessage>): void => {
  if (!(error instanceof StoreError && error.code === "stale-guard")) throw error;
  setup.notify({ type: "refused", runId: setup.claim.id });
  end(setup, context);
};

const receive = (
  setup: RunSetup,
  state: RunState,
  message: RunMessage,
  context: Context<RunMessage>,
): RunState | Same | Promise<RunState | Same> => {
  const { executing, span } = state;
  switch (message.type) {
    case "begin":
      return begin(setup, state, context);
    case "ended":
      if (executing !== undefined) ended(setup, executing, message.end, context);
      return same;
    case "kept":
      if (message.event !== undefined) setup.notify(message.event);
      span.end();
      end(setup, context);
      return same;
    case "not-kept":
      span.end(failureCode(message.error));
      notKept(setup, message.error, context);
      return same;
    case "keep-log":
      executing?.journal.keepLog();
      return same;
    default:
      return unreachable(message);
  }
};

export const runProps = (setup: RunSetup): Props<RunState, RunMessage> => ({
  behavior: {
    initial: (context) => {
      const { space, claim } = setup;
      const span = claimSpan(context.tracing, "playbook run", claim);
      const writer = new ClaimWriter(space, claim, context.clock, context);
      // At once, also while a handler waits for the store.
      context.signal.addEventListener("abort", () => writer.close(), { once: true });
      const failure = failureOf(context.lastFailure);
      if (failure === undefined) context.self.tell({ type: "begin" });
      else fail(setup, failure, context);
      return { writer, span, executing: undefined };
    },
    receive: async (state, message, context) =>
      context.tracing.run(state.span.context, () => receive(setup, state, message, context)),
    stopped: async ({ span, executing }) => {
      span.end("stopped");
      executing?.execution.cancel();
      await executing?.execution.ended;
    },
  },
});
