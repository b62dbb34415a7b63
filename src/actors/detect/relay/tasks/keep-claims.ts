import { asError } from "../../../../base/errors.ts";
import type { Context } from "../../../../kernel/index.ts";
import { remind } from "../../../claims/remind.ts";
import { executionKey } from "../execution.ts";
import { answerExecution, loseExecution } from "./end-execution.ts";
import type { HeldClaim } from "./held-claim.ts";
import type { HeldExecution } from "./held-execution.ts";
import type { TasksSetup, TasksState } from "./state.ts";
import type { TasksMessage } from "./tasks-protocol.ts";

/** Of one call. */
const mostClaims = 1_000;
const shortestPauseMs = 20;
const longestPauseMs = 1_000;

/** Claims are looked after while there are any, several times within the time that they hold. */
export const keepSoon = (state: TasksState, context: Context<TasksMessage>): void => {
  const idle = state.held.executions === 0 && !state.outbox.waiting && !state.outbox.sending;
  if (idle) state.shortestLeaseMs = Infinity;
  if (idle || state.keeping) return;
  state.keeping = true;
  const pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, state.shortestLeaseMs / 6));
  remind(context, "keep", pauseMs, { type: "keep" });
};

/** Ends what has run out of its time or its claim, and extends claims that have held for a third of theirs. */
export const keepClaims = (setup: TasksSetup, state: TasksState, context: Context<TasksMessage>): void => {
  state.keeping = false;
  const nowMs = context.clock.monotonicMs();
  for (const execution of [...state.held.all()]) {
    if (execution.held.endsAtMs <= nowMs) loseExecution(setup, state, execution);
    else if (execution.endsAtMs <= nowMs) timeOut(setup, state, execution);
  }
  for (const claim of state.outbox.dropLapsed(nowMs)) state.held.forgetAnswer(claim);
  extend(setup, state, nowMs, context);
};

/** The centre hears of a detector that has not answered before it decides without it: the summary says who is missing. */
const timeOut = (setup: TasksSetup, state: TasksState, execution: HeldExecution): void => {
  const begun = execution.deliveredAtMs !== undefined;
  const message = begun ? "no result in the time of the task" : "not begun in the time of the task";
  answerExecution(setup, state, execution, { result: { outcome: "error", failure: "timeout", message }, tookMs: 0 });
};

const allClaims = ({ held, outbox }: TasksState): readonly HeldClaim[] => [...held.claims(), ...outbox.claims()];

const extend = (
  { centre, identity }: TasksSetup,
  state: TasksState,
  nowMs: number,
  { self }: Context<TasksMessage>,
): void => {
  if (state.extending) return;
  const due = allClaims(state).filter(
    ({ endsAtMs, leaseMs }) => endsAtMs > nowMs && endsAtMs - nowMs < (leaseMs * 2) / 3,
  );
  if (due.length === 0) return;
  state.extending = true;
  const claims = due.slice(0, mostClaims).map(({ claim }) => claim);
  const withinMs = Math.min(...due.map(({ leaseMs }) => leaseMs)) / 4;
  centre.extend(identity, claims, withinMs).then(
    (lost) => void self.tell({ type: "extended", claims, lost, askedAtMs: nowMs }),
    (error: unknown) => void self.tell({ type: "extend-failed", error: asError(error) }),
  );
};

const tokenOf = (claim: HeldClaim["claim"]): string => `${executionKey(claim)}/${claim.token}`;

export const extended = (
  setup: TasksSetup,
  state: TasksState,
  { claims, lost, askedAtMs }: Extract<TasksMessage, { readonly type: "extended" }>,
  context: Context<TasksMessage>,
): void => {
  state.extending = false;
  const gone = new Set(lost.map(tokenOf));
  const asked = new Set(claims.map(tokenOf));
  for (const held of allClaims(state)) {
    const token = tokenOf(held.claim);
    if (gone.has(token)) held.endsAtMs = askedAtMs;
    else if (asked.has(token)) held.endsAtMs = askedAtMs + held.leaseMs;
  }
  for (const claim of lost) {
    const execution = state.held.get(executionKey(claim));
    if (execution?.held.claim.token === claim.token) loseExecution(setup, state, execution);
  }
  // More claims than one call takes: the others at once.
  if (claims.length === mostClaims) extend(setup, state, context.clock.monotonicMs(), context);
};
