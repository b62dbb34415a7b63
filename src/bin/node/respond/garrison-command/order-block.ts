import type { BlockPort } from "../../../../actors/guard/block-port.ts";
import type { Refused } from "../../../../actors/guard/service/shard-message.ts";
import type { Clock } from "../../../../base/clock.ts";
import { GarrisonError } from "../../../../base/errors.ts";
import { pause } from "../../../../base/pause.ts";
import {
  CommandFailure,
  type CommandOutput,
  type CommandTask,
} from "../../../../engines/playbook/node-commands/index.ts";
import type { BlockRequest, Subject } from "./block-words.ts";

export interface OrderBlockSetup {
  /** `undefined`: this node cannot reach the service of interception. */
  readonly blocks: () => BlockPort | undefined;
  readonly clock: Clock;
}

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/**
 * Has a subject intercepted at all front ends. The same step of the same run is the same block, however often it is executed.
 *
 * @returns `blocked` as `text` and fact `state` once that is stored, with `until_ms` (Unix time); or `pending`, with `why`: a cap is reached,
 * and nothing is intercepted until a person approves it
 * @throws CommandFailure `refused` for who must never be blocked; GarrisonError
 */
export const orderBlock = async (
  setup: OrderBlockSetup,
  request: BlockRequest,
  task: CommandTask,
): Promise<CommandOutput> => {
  const { idempotencyKey, cause, signal } = task;
  const order = { ...request, blockId: idempotencyKey, by: callerOf(task), cause };
  const reply = await untilDone(setup, signal, (blocks) => blocks.block(order, signal));
  const { field, subject, action } = request;
  const facts = { field, subject, action };
  return reply.type === "blocked"
    ? outputOf("blocked", { ...facts, until_ms: reply.untilMs })
    : outputOf("pending", { ...facts, why: reply.why });
};

/**
 * Has a subject intercepted no longer, whether a rule or somebody said so.
 *
 * @returns `unblocked` as `text` and fact `state`, and as `ended` how many interceptions it was
 * @throws CommandFailure; GarrisonError
 */
export const orderUnblock = async (
  setup: OrderBlockSetup,
  { field, subject }: Subject,
  task: CommandTask,
): Promise<CommandOutput> => {
  const { cause, signal } = task;
  const order = { field, subject, by: callerOf(task), cause };
  const { ended } = await untilDone(setup, signal, (blocks) => blocks.unblock(order, signal));
  return outputOf("unblocked", { field, subject, ended });
};

/** As steps of runs are named. */
const callerOf = ({ idempotencyKey }: CommandTask): string => `playbook ${idempotencyKey}`;

const outputOf = (state: string, facts: CommandOutput["facts"]): CommandOutput => ({
  text: state,
  truncated: false,
  facts: { state, ...facts },
});

/** Orders again as long as the shard of the subject has no owner or cannot store: whoever orders is told what is so. */
const untilDone = async <Reply extends { readonly type: string }>(
  { blocks, clock }: OrderBlockSetup,
  signal: AbortSignal,
  order: (port: BlockPort) => Promise<Reply | Refused>,
): Promise<Reply> => {
  const port = blocks();
  if (port === undefined) {
    throw new CommandFailure("refused", "this node reaches no guard: give nodes of the cluster the role guard");
  }
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const reply = await attempted(() => order(port));
    if (!isRefused(reply)) return reply;
    if (reply.code === "never-block") throw new CommandFailure("refused", reply.message);
    if (reply.code !== "busy" && reply.code !== "unavailable") throw new CommandFailure("threw", reply.message);
    if (signal.aborted) throw new CommandFailure("threw", `nobody could say that it is stored: ${reply.message}`);
    await pause(clock, pauseMs, signal);
  }
};

const isRefused = (reply: { readonly type: string }): reply is Refused => reply.type === "refused";

/** Whether something that may pass went wrong is all the same to who orders. */
const attempted = async <Reply>(order: () => Promise<Reply>): Promise<Reply | Refused> => {
  try {
    return await order();
  } catch (error) {
    if (!(error instanceof GarrisonError && error.retryable)) throw error;
    return { type: "refused", code: "unavailable", message: error.message };
  }
};
