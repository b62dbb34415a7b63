import { unreachable } from "../../../base/unreachable.ts";
import { same, type Context, type Props } from "../../../kernel/index.ts";
import type { Changes } from "../service/shard-message.ts";
import { guardKind } from "../service/shard-protocol.ts";
import type { Feed } from "./feed.ts";

/** How long an owner may keep a question while nothing changes. One that is not known to answer is asked what it has now. */
const usualWaitMs = 1_500;
/** How much longer the answer may take. */
const answerMs = 1_500;
/** After a failure the owner is asked again after this, doubling up to the longest. */
const firstRetryMs = 50;
const longestRetryMs = 1_000;

export interface FollowSetup {
  readonly feed: Feed;
  /** Tells the feed of this node, in this life, from all others. */
  readonly follower: string;
}

export interface FollowShardSetup extends FollowSetup {
  readonly shard: number;
  /** One that the shard answers for. */
  readonly key: string;
}

type FollowMessage =
  | { readonly type: "ask" }
  | { readonly type: "changes"; readonly changes: Changes }
  | { readonly type: "failed"; readonly error: unknown };

interface State {
  /** The sequence to ask from. */
  after: number;
  waitMs: number;
  retryMs: number;
}

/** Keeps the table of one shard in the feed up to date, with one question at its owner all the time. */
export const followShardProps = (setup: FollowShardSetup): Props<State, FollowMessage> => ({
  behavior: {
    initial: (context) => {
      context.self.tell({ type: "ask" });
      return { after: setup.feed.followedTo(setup.shard), waitMs: 0, retryMs: firstRetryMs };
    },
    receive: (state, message, context) => {
      switch (message.type) {
        case "ask":
          ask(setup, state, context);
          return same;
        case "changes": {
          const { feed, shard } = setup;
          const fits = feed.apply(shard, message.changes);
          // What does not fit even from its beginning is asked for again, but not all the time.
          if (!fits && state.after === 0) return again(state, context);
          state.after = fits ? feed.followedTo(shard) : 0;
          state.waitMs = usualWaitMs;
          state.retryMs = firstRetryMs;
          ask(setup, state, context);
          return same;
        }
        case "failed":
          context.log.debug({ shard: setup.shard, err: message.error }, "the owner of a shard did not answer");
          return again(state, context);
        default:
          return unreachable(message);
      }
    },
  },
});

const again = (state: State, context: Context<FollowMessage>): typeof same => {
  context.timers.once("ask", state.retryMs, { type: "ask" });
  state.waitMs = 0;
  state.retryMs = Math.min(state.retryMs * 2, longestRetryMs);
  return same;
};

const ask = (
  { follower, key }: FollowShardSetup,
  { after: afterSequence, waitMs }: State,
  context: Context<FollowMessage>,
): void => {
  const { self, signal, tracing } = context;
  // A later life asks by itself.
  const told = (message: FollowMessage): void => {
    if (!signal.aborted) self.tell(message);
  };
  // It would go on in the trace of its first message for ever.
  tracing.run(undefined, () => {
    context
      .shard(guardKind, key)
      .ask<Changes>(
        (replyTo) => ({ type: "follow", follower, afterSequence, waitMs, replyTo }),
        waitMs + answerMs,
        signal,
      )
      .then(
        (changes) => told({ type: "changes", changes }),
        (error: unknown) => told({ type: "failed", error }),
      );
  });
};
