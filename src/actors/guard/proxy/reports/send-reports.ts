import { asError } from "../../../../base/errors.ts";
import { inTime } from "../../../../base/in-time.ts";
import type { Context } from "../../../../kernel/index.ts";
import { remind } from "../../../claims/remind.ts";
import type { GuardReport, ReportPart } from "../../guard-port.ts";
import type { ProxySetup } from "../setup.ts";
import type { ReportsMessage } from "./reports-protocol.ts";
import type { Call } from "./sending.ts";
import type { ReportsState } from "./state.ts";

/** The service answers within its own deadlines, which are shorter. */
const callMs = 10_000;

type Told<Type extends ReportsMessage["type"]> = Extract<ReportsMessage, { readonly type: Type }>;

/** Sends what may be sent now, and looks again when more may. */
export const sendReports = (setup: ProxySetup, state: ReportsState, context: Context<ReportsMessage>): void => {
  const { sending } = state;
  for (let call = next(state, context); call !== undefined; call = next(state, context)) {
    const report = reportOf(setup, state, call, context);
    if (report !== undefined) send(setup, state, call, report, context);
  }
  const { retryAtMs } = sending;
  if (retryAtMs !== undefined) {
    remind(context, "send", Math.max(0, retryAtMs - context.clock.monotonicMs()), { type: "send" });
  }
};

export const answered = (
  state: ReportsState,
  { call, outcomes }: Told<"answered">,
  { clock, log }: Context<ReportsMessage>,
): void => {
  // It may be of the life before this one.
  if (!state.calls.delete(call)) return;
  const { stored, problem } = state.sending.answered(call, outcomes, clock.monotonicMs());
  for (const part of stored) state.spool.remove(part);
  state.counts.storedParts += stored.length;
  if (problem === undefined) state.sendProblems.delete(call.group.name);
  else {
    if (!state.sendProblems.has("ailing")) log.warn({ problem }, "a shard did not take a report");
    state.sendProblems.set("ailing", problem);
  }
};

export const failed = (
  state: ReportsState,
  { call, error }: Told<"failed">,
  { clock, log }: Context<ReportsMessage>,
): void => {
  if (!state.calls.delete(call)) return;
  state.counts.failedReports += 1;
  state.sending.failed(call, clock.monotonicMs());
  if (!state.sendProblems.has(call.group.name)) log.warn({ err: error }, "a report was not taken");
  state.sendProblems.set(call.group.name, error.message);
};

const next = ({ sending }: ReportsState, { clock }: Context<ReportsMessage>): Call | undefined =>
  sending.next(clock.monotonicMs());

/** Undefined when not all of it could be read back: what is lost with it is counted, and the rest goes in another report. */
const reportOf = (
  { settings }: ProxySetup,
  state: ReportsState,
  call: Call,
  { log }: Context<ReportsMessage>,
): GuardReport | undefined => {
  const parts: ReportPart[] = [];
  for (const part of call.parts) {
    const rows = state.spool.rows(part);
    if (rows === undefined) {
      state.sending.giveUp(call);
      if (state.spool.head?.incarnation === part.incarnation) state.dropped = 0;
      const lost = state.spool.lose(part);
      state.sending.forget(lost);
      state.counts.lostParts += lost.length;
      log.error({ shard: part.shard, parts: lost.length }, "reports are lost: their files cannot be read back");
      return undefined;
    }
    parts.push({ shard: part.shard, sequence: part.sequence, rows });
  }
  const dropped = state.spool.head?.incarnation === call.incarnation ? state.dropped : 0;
  return { proxy: settings.proxy, incarnation: call.incarnation, parts, dropped };
};

const send = (
  { port }: ProxySetup,
  state: ReportsState,
  call: Call,
  report: GuardReport,
  { clock, self }: Context<ReportsMessage>,
): void => {
  const abort = new AbortController();
  state.calls.set(call, abort);
  state.counts.sentReports += 1;
  const late = (): Error => {
    abort.abort();
    return new Error(`the service did not answer within ${callMs} ms`);
  };
  inTime(clock, callMs, port.report(report, abort.signal), late).then(
    (outcomes) => void self.tell({ type: "answered", call, outcomes }),
    (error: unknown) => void self.tell({ type: "failed", call, error: asError(error) }),
  );
};
