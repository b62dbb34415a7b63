import { asError } from "../../../../base/errors.ts";
import type { Context } from "../../../../kernel/index.ts";
import { remind } from "../../../claims/remind.ts";
import { retryDelayMs } from "../retry-delay.ts";
import type { TableSetup, TableState } from "./state.ts";
import { Subscription } from "./subscription.ts";
import type { TableMessage } from "./table-protocol.ts";
import { leaveGeneration, writeTable } from "./write-table.ts";

/** The feed says something of each shard at least every 5 s. */
const silentMs = 15_000;

type Told<Type extends TableMessage["type"]> = Extract<TableMessage, { readonly type: Type }>;

export const subscribe = ({ port, settings }: TableSetup, state: TableState, context: Context<TableMessage>): void => {
  const { proxy, rules } = settings;
  state.host.begin();
  state.counts.subscriptions += 1;
  try {
    state.subscription = new Subscription(port, { proxy, rules, positions: state.host.positions });
    pull(state.subscription, context);
  } catch (thrown) {
    apart(state, asError(thrown), context);
  }
};

export const fed = async (
  setup: TableSetup,
  state: TableState,
  { subscription, message }: Told<"fed">,
  context: Context<TableMessage>,
): Promise<void> => {
  if (subscription !== state.subscription) return;
  context.timers.cancel("silent");
  const changes = state.host.apply(message);
  if (typeof changes === "string") {
    state.counts.mismatches += 1;
    state.host.forgetPositions();
    // It may lack what was taken up of a message that does not fit.
    leaveGeneration(state);
    apart(state, new Error(changes), context);
    return;
  }
  // What fits at first and then does not must not be asked for without a pause.
  if (message.type === "changes" && state.host.isWhole) {
    state.failures = 0;
    state.problem = undefined;
  }
  if (message.type === "settings") setup.reports.tell({ type: "shards", shards: message.shards });
  await writeTable(setup, state, changes, context);
  if (!context.signal.aborted) pull(subscription, context);
};

export const feedEnded = (
  state: TableState,
  { subscription, error }: Told<"feed-ended">,
  context: Context<TableMessage>,
): void => {
  if (subscription === state.subscription) apart(state, error, context);
};

export const silent = (state: TableState, { subscription }: Told<"silent">, context: Context<TableMessage>): void => {
  if (subscription === state.subscription) {
    apart(state, new Error(`the service said nothing for ${silentMs} ms`), context);
  }
};

/** One message at a time: what comes faster than it is taken up waits at the service, which has a bound for it. */
const pull = (subscription: Subscription, context: Context<TableMessage>): void => {
  remind(context, "silent", silentMs, { type: "silent", subscription });
  subscription.next().then(
    (message) => void context.self.tell({ type: "fed", subscription, message }),
    (error: unknown) => void context.self.tell({ type: "feed-ended", subscription, error: asError(error) }),
  );
};

/** The table stays in force as it is, until the service is there again. */
const apart = (state: TableState, error: Error, context: Context<TableMessage>): void => {
  state.subscription?.end();
  state.subscription = undefined;
  state.failures += 1;
  if (state.problem === undefined) context.log.warn({ err: error }, "the feed of interceptions has ended");
  state.problem = error.message;
  context.timers.cancel("silent");
  remind(context, "subscribe", retryDelayMs(state.failures, context.random), { type: "subscribe" });
};
