import { asError } from "../../base/errors.ts";
import { same, type Address, type Context, type Props, type ReplyTo } from "../../kernel/index.ts";
import type { QueueWorkerMessage } from "../claims/queue-worker.ts";
import { runSupervisorProps } from "./execution/run-supervisor.ts";
import type { Quiesced, RunSupervisorMessage } from "./execution/supervisor-protocol.ts";
import { intakeProps } from "./intake/intake.ts";
import { retentionProps } from "./retention/retention.ts";
import type { RespondSetup } from "./setup.ts";

/** What `/respond` is told. */
export interface RespondMessage {
  /**
   * Its node ends in order: claim no event and no run any more, let the steps under way end and no other begin, and answer when every
   * run is given back. Whoever asks stops it then, or when that takes too long.
   */
  readonly type: "quiesce";
  readonly replyTo: ReplyTo<Quiesced>;
}

interface RespondState {
  readonly intake: Address<QueueWorkerMessage>;
  readonly runs: Address<RunSupervisorMessage>;
}

const quiesce = async (
  { intake, runs }: RespondState,
  replyTo: ReplyTo<Quiesced>,
  context: Context<RespondMessage>,
): Promise<void> => {
  const timeoutMs = replyTo.remainingMs();
  try {
    const quiesced = runs.ask<Quiesced>((answer) => ({ type: "quiesce", replyTo: answer }), timeoutMs, replyTo.signal);
    await Promise.all([quiesced, context.stop(intake)]);
    replyTo.tell(await quiesced);
  } catch (thrown) {
    replyTo.fail(asError(thrown));
  }
};

/** `/respond`: the intake, the runs and the retention of one node, each a tree of its own that fails by itself. */
export const respondProps = (setup: RespondSetup): Props<RespondState, RespondMessage> => ({
  supervision: { strategy: "one-for-one", maxRestarts: 20, withinMs: 60_000 },
  behavior: {
    initial: (context) => {
      const runs = context.spawn(runSupervisorProps(setup), "runs");
      const intake = context.spawn(intakeProps({ ...setup, runs }), "intake");
      context.spawn(retentionProps(setup), "retention");
      return { intake, runs };
    },
    receive: (state, { replyTo }, context) => {
      // Beside its turns, so that it can be stopped meanwhile.
      void quiesce(state, replyTo, context);
      return same;
    },
  },
});
