import { failureCode } from "../../../base/in-span.ts";
import { unreachable } from "../../../base/unreachable.ts";
import { same, type Context, type Props, type Same } from "../../../kernel/index.ts";
import { claimSpan } from "../../claims/claim-span.ts";
import { failureOf } from "../../claims/failure.ts";
import { begin } from "./begin-run.ts";
import { ClaimWriter } from "./claim-writer.ts";
import { endClaim, ended, fail, notKept } from "./end-run.ts";
import { park } from "./park-run.ts";
import type { RunMessage, RunPhase, RunSetup, RunState } from "./run-protocol.ts";

const receive = (
  setup: RunSetup,
  state: RunState,
  message: RunMessage,
  context: Context<RunMessage>,
): RunState | Same | Promise<RunState | Same> => {
  const { phase, span } = state;
  switch (message.type) {
    case "begin":
      return begin(setup, state, context);
    case "ended":
      if (phase.type !== "executing") return same;
      return { ...state, phase: ended(setup, phase, message.end, context) };
    case "park":
      return phase.type === "parking" ? park(setup, phase, context) : same;
    case "kept":
      if (message.event !== undefined) setup.notify(message.event);
      span.end();
      endClaim(setup, context);
      return same;
    case "not-kept":
      span.end(failureCode(message.error));
      notKept(setup, message.error, context);
      return same;
    case "keep-log":
      if (phase.type === "executing") phase.journal.keepLog();
      return same;
    case "answers":
      if (phase.type === "executing") phase.answers.look();
      return same;
    case "quiesce":
      quiesce(setup, phase, context);
      return same;
    default:
      return unreachable(message);
  }
};

/** The claim goes back: what was begun under it and has no end is judged by whoever claims it next, as after a loss. */
const giveBack = ({ supervisor, claim }: RunSetup, context: Context<RunMessage>): void => {
  supervisor.tell({ type: "run-returned", token: claim.token });
  context.stopSelf();
};

const quiesce = (setup: RunSetup, phase: RunPhase, context: Context<RunMessage>): void => {
  switch (phase.type) {
    case "beginning":
      giveBack(setup, context);
      return;
    case "executing":
      phase.execution.quiesce();
      return;
    case "parking":
    case "ending":
      return;
    default:
      unreachable(phase);
  }
};

export const runProps = (setup: RunSetup): Props<RunState, RunMessage> => {
  let lives = 0;
  return {
    behavior: {
      initial: (context) => {
        lives += 1;
        const { space, claim } = setup;
        const span = claimSpan(context.tracing, "playbook run", claim);
        const writer = new ClaimWriter(space, claim, context.clock, context);
        // At once, also while a handler waits for the store.
        context.signal.addEventListener("abort", () => writer.close(), { once: true });
        const failure = failureOf(context.lastFailure);
        if (failure === undefined && lives === 1) {
          context.self.tell({ type: "begin" });
          return { writer, span, phase: { type: "beginning" } };
        }
        // Without a failure it was restarted by hand, maybe in the middle of a step.
        if (failure === undefined) giveBack(setup, context);
        else fail(setup, failure, context);
        return { writer, span, phase: { type: "ending" } };
      },
      receive: async (state, message, context) =>
        context.tracing.run(state.span.context, () => receive(setup, state, message, context)),
      stopped: async ({ span, phase }) => {
        span.end("stopped");
        if (phase.type !== "executing") return;
        phase.execution.cancel();
        await phase.execution.ended;
      },
    },
  };
};
