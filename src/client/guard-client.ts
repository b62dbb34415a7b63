import type { Clock } from "../base/clock.ts";
import {
  guardService,
  type FeedMessage,
  type FeedRequest,
  type GuardBlock,
  type GuardBlocked,
  type GuardReport,
  type GuardShardStats,
  type GuardSubject,
  type InterceptRule,
  type ListedIndication,
  type PartOutcome,
} from "../wire/index.ts";
import type { ClusterCalls } from "./cluster-calls.ts";
import { done } from "./done.ts";
import { ClientError } from "./errors.ts";
import type { PageOptions } from "./page-options.ts";
import { resumeStream } from "./resume-stream.ts";

const repeatable = { repeatable: true } as const;
/** A stream is to be opened anew after this long. */
const streamMs = 3_600_000;
/** Who only watches subscribes as this. */
const watcher = "watcher";

export interface IndicationOptions extends PageOptions {
  /** Only those that hold, or those that wait for a person. */
  readonly state?: ListedIndication["state"];
  /** Only those of this rule; 0: manual blocks. */
  readonly rule?: number;
}

/** How far somebody is in the tables of the shards. */
export type FeedPositions = FeedRequest["positions"];

/**
 * Who is intercepted at the front ends of a cluster. Every method rejects with a `ClientError`. `unavailable`: the shard, or one of all
 * shards that have to be asked, has no owner for now, and nothing else is said in its place.
 */
export interface GuardClient {
  /** `created`: there was none of this number. */
  putRule(rule: InterceptRule): Promise<{ readonly created: boolean }>;
  listRules(): Promise<readonly InterceptRule[]>;
  /** Its interceptions end with it. `not-found`: there is none. */
  deleteRule(number: number): Promise<void>;
  /** `permission-denied`: the subject is never to be blocked. The same block again is the same. */
  block(block: GuardBlock): Promise<GuardBlocked>;
  /** Ends all interceptions of the subject; resolves with how many. */
  unblock(subject: GuardSubject): Promise<{ readonly ended: number }>;
  /** Puts a block that waits for a person into force, or drops it. `not-found`: none of this id waits. */
  settle(blockId: string, approve: boolean): Promise<{ readonly untilMs: number }>;
  indications(
    options?: IndicationOptions,
  ): Promise<{ readonly indications: readonly ListedIndication[]; readonly nextPageToken: string }>;
  /** Of all shards in their order; `node` is empty where nothing is known. */
  stats(): Promise<readonly GuardShardStats[]>;
  /**
   * The table of decisions of all rules and how it changes; goes on when its node dies, on another one or when it comes back within 30 s.
   * @param positions of the caller, asked whenever the stream is opened again
   */
  watch(positions: () => FeedPositions, signal: AbortSignal): AsyncIterable<FeedMessage>;
  /** What a proxy has collected; resolves with an outcome for each part. A part that was stored before changes nothing. */
  report(report: GuardReport, signal: AbortSignal): Promise<readonly PartOutcome[]>;
  /** The table of decisions for the front ends of a host. Ends only by throwing, or when the signal is aborted. */
  subscribe(request: FeedRequest, signal: AbortSignal): AsyncIterable<FeedMessage>;
}

export const guardClient = (connection: ClusterCalls, clock: Clock): GuardClient => {
  const feed = (request: FeedRequest, signal: AbortSignal): AsyncIterable<FeedMessage> =>
    connection.stream(guardService.subscribe, request, { timeoutMs: streamMs, signal });
  return {
    putRule: (rule) => connection.call(guardService.putRule, { rule }, repeatable),
    listRules: async () => (await connection.call(guardService.listRules, {}, repeatable)).rules,
    deleteRule: (number) => done(connection.call(guardService.deleteRule, { number })),
    block: (block) => connection.call(guardService.block, block, repeatable),
    unblock: (subject) => connection.call(guardService.unblock, { subject }),
    settle: (blockId, approve) => connection.call(guardService.settleBlock, { blockId, approve }),
    indications: ({ pageSize = 0, pageToken = "", ...filter } = {}) =>
      connection.call(guardService.listIndications, { pageSize, pageToken, ...filter }, repeatable),
    stats: async () => (await connection.call(guardService.getGuardStats, {}, repeatable)).shards,
    watch: (positions, signal) =>
      resumeStream(() => feed({ proxy: watcher, rules: [], positions: positions() }, signal), { clock, signal }),
    report: async (report, signal) =>
      (await connection.call(guardService.report, report, { ...repeatable, signal })).outcomes,
    subscribe: async function* (request, signal) {
      try {
        yield* feed(request, signal);
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      if (!signal.aborted) throw new ClientError("unavailable", "the node has ended the subscription");
    },
  };
};
