import { unreachable } from "../../../base/unreachable.ts";
import { same, type Context, type Props, type ReplyTo } from "../../../kernel/index.ts";
import type { Claim } from "../../../store/index.ts";
import { HeldClaims } from "../../claims/held-claims.ts";
import { oneLifeEach } from "../../claims/one-life.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import { PlaybookCode } from "../records/playbook-code.ts";
import type { RespondSetup } from "../setup.ts";
import { freeOf, pull, retryMs, wait } from "./claim-runs.ts";
import type { Quiesced, RunSupervisorMessage, RunSupervisorState } from "./supervisor-protocol.ts";

/** A cancelled run has no process after a second, of which its end takes a part. */
const longestHeartbeatMs = 400;

/** Ends the runs whose claims are no longer held. */
const keep = async (
  setup: RespondSetup,
  state: RunSupervisorState,
  some: ((claim: Claim) => boolean) | undefined,
  context: Context<RunSupervisorMessage>,
): Promise<void> => {
  await attempt(context, "extend", () => state.held.extend(setup.settings.leaseMs, some));
  for (const { claim, worker } of state.held.overdue(context.clock.monotonicMs())) {
    setup.notify({ type: "claim-lost", id: claim.id });
    void context.stop(worker);
  }
};

const isOf =
  (runId: string) =>
  ({ id }: Claim): boolean =>
    id === runId || id.startsWith(`${runId}.`);

/** From now on nothing is claimed. */
const quiesce = (state: RunSupervisorState, replyTo: ReplyTo<Quiesced>): void => {
  state.quiescing = replyTo;
  for (const run of state.held.workers) run.tell({ type: "quiesce" });
};

const handle = async (
  setup: RespondSetup,
  state: RunSupervisorState,
  message: RunSupervisorMessage,
  context: Context<RunSupervisorMessage>,
): Promise<void> => {
  switch (message.type) {
    case "run-started":
      state.starting.delete(message.token);
      if (freeOf(setup, state) > 0) wait(setup, state, context);
      return;
    case "run-ended":
      state.held.take(message.token);
      // Otherwise its process tells when it is free.
      if (!state.aloneWaiting) return;
      break;
    case "run-failed":
      state.held.giveUp(message.token, message.failure);
      break;
    case "run-returned":
      state.held.giveBack(message.token, state.quiescing === undefined ? retryMs : 0);
      break;
    case "run-gone":
      state.starting.delete(message.token);
      state.held.giveUp(message.token, { message: "the run actor was stopped", killed: true });
      break;
    case "work":
      state.woken = false;
      break;
    case "again":
      break;
    case "look":
      state.watching = false;
      state.seen = message.seen;
      break;
    case "check":
      await keep(setup, state, isOf(message.runId), context);
      return;
    case "answered":
      state.held.find(message.item)?.tell({ type: "answers" });
      return;
    case "heartbeat":
      await keep(setup, state, undefined, context);
      return;
    case "quiesce":
      quiesce(state, message.replyTo);
      return;
    default:
      return unreachable(message);
  }
  if (!(await state.held.release(context))) remind(context, "again", retryMs, { type: "again" });
  await pull(setup, state, context);
};

const receive = async (
  setup: RespondSetup,
  state: RunSupervisorState,
  message: RunSupervisorMessage,
  context: Context<RunSupervisorMessage>,
): Promise<typeof same> => {
  await handle(setup, state, message, context);
  if (state.held.isEmpty) state.quiescing?.tell({ type: "quiesced" });
  return same;
};

/** However often it is hinted at, the actor is woken once. */
const listen = (
  { hints, runner }: RespondSetup,
  state: RunSupervisorState,
  { self, signal }: Context<RunSupervisorMessage>,
): void => {
  const wake = (): void => {
    if (state.woken) return;
    state.woken = true;
    self.tell({ type: "work" });
  };
  const ends = [
    runner.onFree(wake),
    hints?.listen((hint) => {
      if (hint.type === "runs") wake();
      else if (hint.type !== "events") self.tell(hint);
    }),
  ];
  signal.addEventListener("abort", () => ends.forEach((end) => end?.()), { once: true });
};

/**
 * `/respond/runs`, the supervisor of the runs that a node executes. It claims as many as there are free processes, and ends those whose
 * claims are lost: a cancelled run is noticed with the next heartbeat at the latest.
 */
export const runSupervisorProps = (setup: RespondSetup): Props<RunSupervisorState, RunSupervisorMessage> => ({
  supervision: oneLifeEach,
  behavior: {
    initial: (context) => {
      const { space, settings } = setup;
      const state: RunSupervisorState = {
        held: new HeldClaims(space),
        code: new PlaybookCode(space, context.clock, settings.retainMs),
        starting: new Set(),
        ...{ woken: false, watching: false, aloneWaiting: false, quiescing: undefined, seen: 0, nextDueMs: 0 },
      };
      listen(setup, state, context);
      const heartbeatMs = Math.min(settings.leaseMs / 3, longestHeartbeatMs);
      context.timers.every("heartbeat", heartbeatMs, { type: "heartbeat" });
      context.self.tell({ type: "work" });
      return state;
    },
    receive: (state, message, context) => receive(setup, state, message, context),
    stopped: (state, context) => state.held.returnAll(context),
  },
});
