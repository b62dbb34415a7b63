import { asError } from "../../../../base/errors.ts";
import { unreachable } from "../../../../base/unreachable.ts";
import { same, type Context, type Props, type Same } from "../../../../kernel/index.ts";
import { remind } from "../../../claims/remind.ts";
import type { ProxySetup } from "../setup.ts";
import { Batch } from "./batch.ts";
import { readQueues, spoolBatch, spoolFailed } from "./read-queues.ts";
import type { ReportsMessage, ReportsView } from "./reports-protocol.ts";
import { answered, failed, sendReports } from "./send-reports.ts";
import { openState, type ReportsState } from "./state.ts";

/** Begins the spool where it has not begun for the shards that there are. */
const begin = (state: ReportsState, { clock, log }: Context<ReportsMessage>): void => {
  const { shards, spool } = state;
  if (shards === undefined || shards === state.batch?.shards) return;
  try {
    const lost = spool.beginFor(shards);
    if (lost.length > 0)
      log.error({ shards, parts: lost.length }, "reports are lost: the number of shards has changed");
    state.sending.forget(lost);
    state.counts.lostParts += lost.length;
    state.dropped = 0;
    state.batch = new Batch(shards, clock);
    state.spoolProblem = undefined;
  } catch (thrown) {
    spoolFailed(state, asError(thrown), log);
  }
};

const viewOf = (state: ReportsState, { clock }: Context<ReportsMessage>): ReportsView => {
  const { spool, sending, counts, isFull, dropped } = state;
  let oldestMs = 0;
  for (const { sinceMs } of spool.parts) oldestMs = Math.max(oldestMs, clock.wallMs() - sinceMs);
  return {
    ...counts,
    spoolBytes: spool.bytes,
    spoolParts: spool.size,
    oldestMs,
    isFull,
    dropped,
    ailingShards: sending.ailing,
    problem: state.spoolProblem ?? [...state.sendProblems.values()][0],
  };
};

const receive = (
  setup: ProxySetup,
  state: ReportsState,
  message: ReportsMessage,
  context: Context<ReportsMessage>,
): Same => {
  switch (message.type) {
    case "shards":
      state.shards = message.shards;
      break;
    case "answered":
      answered(state, message, context);
      break;
    case "failed":
      failed(state, message, context);
      break;
    case "view":
      message.replyTo.tell(viewOf(state, context));
      return same;
    case "look":
    case "send":
      break;
    default:
      return unreachable(message);
  }
  begin(state, context);
  remind(context, "look", readQueues(setup, state, context), { type: "look" });
  sendReports(setup, state, context);
  return same;
};

/**
 * `/guard/proxy/reports`: what the front ends of the host have written, on its way to the service. It is read when a report is due, kept in
 * the spool until the service has acknowledged it, and sent again until then, in parts whose sequence makes each count once.
 */
export const reportsProps = (setup: ProxySetup): Props<ReportsState, ReportsMessage> => ({
  behavior: {
    initial: (context) => {
      const state = openState(setup, context);
      const { problem } = state.spool;
      if (problem !== undefined)
        context.log.error(
          { err: problem },
          "the head of the spool cannot be read: a new one begins, and what the queues hold may be counted twice",
        );
      context.self.tell({ type: "look" });
      return state;
    },
    receive: (state, message, context) => receive(setup, state, message, context),
    stopped: (state, context) => {
      for (const abort of state.calls.values()) abort.abort();
      spoolBatch(setup, state, context);
    },
  },
});
