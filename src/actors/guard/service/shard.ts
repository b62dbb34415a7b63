import { asError } from "../../../base/errors.ts";
import { unreachable } from "../../../base/unreachable.ts";
import { ClusterError, type Grant } from "../../../cluster/index.ts";
import { same, type Context, type Props, type ReplyTo, type Same } from "../../../kernel/index.ts";
import { StoreError } from "../../../store/index.ts";
import { remind } from "../../claims/remind.ts";
import { InterceptionError } from "../errors.ts";
import type { Rules } from "../rules/rules.ts";
import { blockSubject, refused } from "./interceptions/block-subject.ts";
import { countReports } from "./counting/count-reports.ts";
import { Followers } from "./followers.ts";
import type { SnapshotEvery } from "./records/journal.ts";
import { listIndications } from "./interceptions/list-indications.ts";
import { loadShard } from "./records/load-shard.ts";
import type { WaitingReport } from "./counting/report-batch.ts";
import type { GuardSettings } from "./settings.ts";
import { settleBlock, type SettleReply } from "./interceptions/settle-block.ts";
import { noCounts, type ShardCounts } from "./counting/shard-counts.ts";
import type { BlockReply, Refused, ShardMessage } from "./shard-message.ts";
import type { ShardState, ShardWork } from "./shard-state.ts";
import { snapshotIfDue } from "./counting/snapshot-bucket.ts";
import { unblockSubject } from "./interceptions/unblock-subject.ts";
import { keepUp, lookAtRules } from "./upkeep.ts";

export interface ShardSetup {
  readonly grant: Grant;
  readonly settings: GuardSettings;
  readonly rules: Rules;
  readonly snapshotEvery: SnapshotEvery;
}

/** What the actor tells itself, beside what others do. */
type OwnMessage =
  | ShardMessage
  | { readonly type: "load" | "count" | "keep-up" | "look-at-rules" }
  | { readonly type: "waited"; readonly follower: string };

/** Changed in place. */
interface Life {
  /** Undefined: it has yet to be loaded, or has to be loaded anew. */
  state: ShardState | undefined;
  /** Loads and commits that failed since reports were counted. */
  failures: number;
  counting: boolean;
  /** When the last count began, monotonic; `-Infinity`: the next one has to wait for nothing. */
  countedAtMs: number;
  readonly waiting: WaitingReport[];
  readonly followers: Followers;
  readonly counts: ShardCounts;
}

/** Messages that wait while a commit is under way; senders hold theirs and send again. */
const mailbox = { capacity: 1_000 };
/** Reports that wait for the next commit: with more, senders are told to come again. */
const mostWaiting = 1_000;
const keepUpEveryMs = 250;
const rulesEveryMs = 1_000;
const firstPauseMs = 100;
const longestPauseMs = 5_000;
const longestFollowMs = 10_000;

const notLoaded = (): InterceptionError =>
  new InterceptionError("unavailable", "the shard is being loaded: ask again", { retryable: true });

/**
 * `/guard/service/shard-<n>`: counts the accesses of its subjects over all front ends, and says who is to be intercepted. A turn commits
 * whatever waits when it begins; what comes meanwhile goes into the next commit.
 */
export const shardProps = (setup: ShardSetup): Props<Life, OwnMessage> => ({
  mailbox,
  behavior: {
    initial: async (context) => {
      const [followers, counts] = [new Followers(), noCounts()];
      const life: Life = {
        state: undefined,
        failures: 0,
        counting: false,
        countedAtMs: -Infinity,
        waiting: [],
        followers,
        counts,
      };
      context.timers.every("keep-up", keepUpEveryMs, { type: "keep-up" });
      context.timers.every("rules", rulesEveryMs, { type: "look-at-rules" });
      // What was sent to the shard while it had no owner waits for it.
      await load(setup, life, context);
      return life;
    },
    receive: async (life, message, context): Promise<Same> => {
      await receive(setup, life, message, context);
      return same;
    },
    stopped: ({ followers }) => followers.end(notLoaded()),
  },
});

const receive = (
  setup: ShardSetup,
  life: Life,
  message: OwnMessage,
  context: Context<OwnMessage>,
): void | Promise<void> => {
  const { state } = life;
  switch (message.type) {
    case "load":
      return load(setup, life, context);
    case "report":
      return report(setup, life, message, context);
    case "count":
      life.counting = false;
      return count(setup, life, context);
    case "block":
      return answer<BlockReply>(setup, life, message.replyTo, context, (work) => blockSubject(work, message.order));
    case "unblock":
      return answer(setup, life, message.replyTo, context, async (work) => {
        return { type: "unblocked" as const, ended: await unblockSubject(work, message) };
      });
    case "settle":
      return answer<SettleReply>(setup, life, message.replyTo, context, (work) => settleBlock(work, message));
    case "follow":
      return follow(life, message, context);
    case "waited":
      return life.followers.over(message.follower);
    case "list":
      if (state === undefined) message.replyTo.fail(notLoaded());
      else message.replyTo.tell(listIndications(state, message, context.clock.wallMs()));
      return;
    case "stats":
      if (state === undefined) message.replyTo.fail(notLoaded());
      else message.replyTo.tell(statsOf(setup, life, state));
      return;
    case "rules-changed":
    case "look-at-rules":
      return look(setup, life, context);
    case "keep-up":
      return inWork(setup, life, context, async (work) => {
        if (await keepUp(work)) remind(context, "keep-up-soon", 0, { type: "keep-up" });
      });
    default:
      return unreachable(message);
  }
};

const load = async (
  { grant, settings, rules, snapshotEvery }: ShardSetup,
  life: Life,
  context: Context<OwnMessage>,
): Promise<void> => {
  const beginMs = context.clock.monotonicMs();
  try {
    life.state = await loadShard(grant, settings, rules, snapshotEvery);
  } catch (thrown) {
    lose(life, thrown, context);
    return;
  }
  const { table, buckets } = life.state;
  const facts = { shard: grant.shard, subjects: buckets.size, active: table.size };
  context.log.info({ ...facts, tookMs: Math.round(context.clock.monotonicMs() - beginMs) }, "a shard was loaded");
};

/**
 * The memory may not be what the store holds any more: it is loaded anew. Whatever the reason is, this life goes on, so that a shard that
 * cannot be read does not take those with it that have the same parent.
 */
const lose = (life: Life, thrown: unknown, context: Context<OwnMessage>): void => {
  life.state = undefined;
  life.followers.end(notLoaded());
  for (const waiting of life.waiting.splice(0)) refuse(waiting, "the shard could not store it now");
  const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(life.failures, 10));
  life.failures += 1;
  const isPassing = thrown instanceof StoreError && thrown.retryable;
  const isTaken = thrown instanceof ClusterError && thrown.code === "not-owner";
  context.log[isPassing || isTaken ? "warn" : "error"]({ err: asError(thrown), pauseMs }, "a shard is loaded anew");
  remind(context, "load", pauseMs, { type: "load" });
};

const refuse = ({ parts, outcomes, replyTo }: WaitingReport, problem: string): void => {
  const left = parts.slice(outcomes.length).map(({ shard, sequence }) => ({ shard, sequence, problem }));
  // What this batch had counted is not stored either.
  const all = outcomes.map((outcome) => ({ ...outcome, problem: outcome.problem ?? problem }));
  replyTo.tell({ type: "reported", outcomes: [...all, ...left] });
};

const report = (
  setup: ShardSetup,
  life: Life,
  { from, parts, replyTo }: Extract<ShardMessage, { readonly type: "report" }>,
  context: Context<OwnMessage>,
): void => {
  const waiting: WaitingReport = { from, parts, outcomes: [], replyTo };
  if (life.state === undefined) refuse(waiting, "the shard is being loaded");
  else if (life.waiting.length >= mostWaiting) refuse(waiting, "too many reports wait for the shard");
  else {
    life.waiting.push(waiting);
    countSoon(setup, life, context);
  }
};

/**
 * After those messages that wait already, and not sooner than some time after the last count: what they bring, and what comes by then, goes into
 * the same commit.
 */
const countSoon = ({ settings }: ShardSetup, life: Life, context: Context<OwnMessage>): void => {
  if (life.counting) return;
  life.counting = true;
  const leftMs = life.countedAtMs + settings.countEveryMs - context.clock.monotonicMs();
  if (leftMs > 0 || !context.self.tell({ type: "count" }))
    remind(context, "count", Math.max(0, leftMs), { type: "count" });
};

const count = (setup: ShardSetup, life: Life, context: Context<OwnMessage>): Promise<void> =>
  inWork(setup, life, context, async (work) => {
    life.countedAtMs = context.clock.monotonicMs();
    await countReports(work, life.waiting, life.counts, context.log);
    life.failures = 0;
    await snapshotIfDue(work);
    if (life.waiting.length === 0) return;
    // More than one commit takes.
    life.countedAtMs = -Infinity;
    countSoon(setup, life, context);
  });

/** Changes the state, and tells followers how. */
const inWork = async (
  { grant, settings }: ShardSetup,
  life: Life,
  context: Context<OwnMessage>,
  run: (work: ShardWork) => Promise<void>,
): Promise<void> => {
  const { state } = life;
  if (state === undefined) return;
  try {
    await run({ state, grant, settings, clock: context.clock });
    life.followers.told(state.table);
  } catch (thrown) {
    lose(life, thrown, context);
  }
};

const answer = async <Reply>(
  setup: ShardSetup,
  life: Life,
  replyTo: ReplyTo<Reply | Refused>,
  context: Context<OwnMessage>,
  run: (work: ShardWork) => Promise<Reply>,
): Promise<void> => {
  let reply: Reply | Refused = refused("unavailable", "the shard could not store it now: ask again");
  await inWork(setup, life, context, async (work) => {
    reply = await run(work);
  });
  replyTo.tell(reply);
};

const follow = (
  { state, followers }: Life,
  { follower, afterSequence, waitMs, replyTo }: Extract<ShardMessage, { readonly type: "follow" }>,
  { timers }: Context<OwnMessage>,
): void => {
  if (state === undefined) {
    replyTo.fail(notLoaded());
    return;
  }
  timers.cancel(`follow/${follower}`);
  if (!followers.follow(state.table, follower, afterSequence, replyTo)) return;
  timers.once(`follow/${follower}`, Math.min(waitMs, longestFollowMs), { type: "waited", follower });
};

/** The next look is soon: a store that does not answer now changes nothing. */
const look = (setup: ShardSetup, life: Life, context: Context<OwnMessage>): Promise<void> =>
  inWork(setup, life, context, async (work) => {
    try {
      await lookAtRules(work, setup.rules);
    } catch (thrown) {
      const isPassing = thrown instanceof StoreError || thrown instanceof InterceptionError;
      if (!isPassing || !thrown.retryable) throw thrown;
      context.log.warn({ err: thrown }, "the rules could not be read");
    }
  });

const statsOf = (
  { grant }: ShardSetup,
  { counts }: Life,
  { buckets, table, pending }: ShardState,
): Extract<ShardMessage, { readonly type: "stats" }>["replyTo"] extends ReplyTo<infer Stats> ? Stats : never => ({
  type: "stats",
  shard: grant.shard,
  subjects: buckets.size,
  active: table.size,
  pending: pending.size,
  sequence: table.sequence,
  ...counts,
});
