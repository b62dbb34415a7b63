import type { Clock } from "../base/clock.ts";
import {
  controlService,
  type AuditRecord,
  type DeadLetter,
  type Member,
  type NodeActors,
  type Queue,
} from "../wire/index.ts";
import type { ClusterCalls } from "./cluster-calls.ts";
import { ClientError } from "./errors.ts";
import type { PageOptions } from "./page-options.ts";
import { done } from "./done.ts";
import { resumeStream } from "./resume-stream.ts";

const watchMs = 300_000;
/** A stop ends an actor and all below it, each within its own stop timeout. */
const stopMs = 30_000;
const repeatable = { repeatable: true } as const;

export interface WatchActorsOptions {
  /** Default: the node that is asked. `*`: all that have not left. */
  readonly node?: string;
  /** At least 100; absent: the tree once. */
  readonly intervalMs?: number;
}

/**
 * The cluster as its operators see it. Calls about another node are passed on to it; `node` "" is the one that is asked, which a client of
 * several nodes has to name where something is changed. Every method rejects with a `ClientError`; `not-found`: there is no such node,
 * actor or queue.
 */
export interface ControlClient {
  members(): Promise<readonly Member[]>;
  watchActors(options: WatchActorsOptions, signal: AbortSignal): AsyncIterable<readonly NodeActors[]>;
  /** A fault inside the actor, about which its supervisor decides. */
  kill(node: string, path: string): Promise<void>;
  /** Ordered stop, without restart; resolves when the actor is gone. */
  stop(node: string, path: string): Promise<void>;
  /** Ordered restart with the mailbox kept. */
  restart(node: string, path: string): Promise<void>;
  /** The node hands back its work, leaves and ends its process; resolves when that has begun. */
  drain(node: string): Promise<void>;
  queues(): Promise<readonly Queue[]>;
  /** `queue` as `space/queue`, such as `scan/subtasks`. */
  deadLetters(
    queue: string,
    options?: PageOptions,
  ): Promise<{ readonly deadLetters: readonly DeadLetter[]; readonly nextPageToken: string }>;
  /** Puts dead letters back into their queue; resolves with the ids that were dead. At most 1,000 at once. */
  replay(queue: string, ids: readonly string[]): Promise<readonly string[]>;
  /** Latest first. */
  audit(options?: PageOptions): Promise<{ readonly records: readonly AuditRecord[]; readonly nextPageToken: string }>;
}

/** Which node is asked is not known beforehand, and the same path is on all of them. */
const oneNode = ({ isOneNode }: ClusterCalls, node: string): string => {
  if (node !== "" || isOneNode) return node;
  throw new ClientError("invalid", "any of several nodes may be called: say which one is meant (--on)");
};

export const controlClient = (connection: ClusterCalls, clock: Clock): ControlClient => ({
  members: async () => (await connection.call(controlService.listMembers, {}, repeatable)).members,
  watchActors: async function* ({ node = "", intervalMs = 0 }, signal) {
    let watched = node;
    const open = () =>
      connection.stream(controlService.watchActors, { node: watched, intervalMs }, { timeoutMs: watchMs, signal });
    // Asked for once, a tree that cannot be had is an answer too.
    const messages = intervalMs === 0 ? open() : resumeStream(open, { clock, signal });
    for await (const { nodes } of messages) {
      // Whichever node is asked next, it is asked about the same one.
      if (watched === "") watched = nodes[0]?.node ?? "";
      yield nodes;
    }
  },
  kill: async (node, path) =>
    done(connection.call(controlService.killActor, { node: oneNode(connection, node), path })),
  stop: async (node, path) =>
    done(connection.call(controlService.stopActor, { node: oneNode(connection, node), path }, { timeoutMs: stopMs })),
  restart: async (node, path) =>
    done(
      connection.call(controlService.restartActor, { node: oneNode(connection, node), path }, { timeoutMs: stopMs }),
    ),
  drain: async (node) => done(connection.call(controlService.drainNode, { node: oneNode(connection, node) })),
  queues: async () => (await connection.call(controlService.listQueues, {}, repeatable)).queues,
  deadLetters: (queue, { pageSize = 0, pageToken = "" } = {}) =>
    connection.call(controlService.listDeadLetters, { queue, pageSize, pageToken }, repeatable),
  replay: async (queue, ids) => (await connection.call(controlService.replayDeadLetters, { queue, ids: [...ids] })).ids,
  audit: ({ pageSize = 0, pageToken = "" } = {}) =>
    connection.call(controlService.listAuditRecords, { pageSize, pageToken }, repeatable),
});
