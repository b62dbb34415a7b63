import { z } from "zod";
import { enumOf, flag, optionalUint64, pageFields, text, uint32, uint64 } from "../bytes/fields.ts";

const nodeId = z.string().max(64).default("");
const actorPath = z.string("is missing").max(1_000).regex(/^\//, "the path of an actor begins with /");
/** As `space/queue`, such as `scan/subtasks`. */
const queueName = z
  .string("is missing")
  .max(129)
  .regex(/^[^/]+\/[^/]+$/, "a queue is named as space/queue, such as scan/subtasks");

export const memberState = enumOf("MEMBER_STATE", ["up", "draining", "left", "dead"]);

const member = z.object({
  id: text(),
  incarnation: text(),
  state: memberState.schema,
  address: text(),
  httpAddress: text(),
  roles: z.array(z.string()).default([]),
  pid: uint32(),
  version: text(),
  startedAtMs: uint64(),
  endedAtMs: optionalUint64(),
  suspicions: z.array(z.object({ by: text(), byIncarnation: text(), atMs: uint64() })).default([]),
});

/** A node as the membership table shows it. Addresses as host:port. */
export type Member = z.infer<typeof member>;

/** A live actor with its counters since it was spawned, and the actors below it. */
export interface Actor {
  readonly path: string;
  readonly incarnation: number;
  readonly phase: string;
  readonly busy: boolean;
  readonly mailboxWaiting: number;
  readonly mailboxCapacity: number;
  readonly handled: number;
  readonly dropped: number;
  readonly failures: number;
  readonly restarts: number;
  readonly children: readonly Actor[];
}

const actor: z.ZodType<Actor> = z.object({
  path: text(),
  incarnation: uint64(),
  phase: text(),
  busy: flag(),
  mailboxWaiting: uint32(),
  mailboxCapacity: uint32(),
  handled: uint64(),
  dropped: uint64(),
  failures: uint64(),
  restarts: uint64(),
  children: z.array(z.lazy(() => actor)).default([]),
});

const nodeActors = z.object({
  node: text(),
  /** Absent: `error` says why. */
  root: z.exactOptional(actor),
  error: text(),
  /** Of the node, as among the members; empty where only one was asked for. */
  state: text(),
  /** Of the link of the node that was asked to this one; empty: there is none. */
  link: text(),
});
export type NodeActors = z.infer<typeof nodeActors>;

const queue = z.object({
  space: text(),
  name: text(),
  waiting: uint64(),
  delayed: uint64(),
  held: uint64(),
  claimed: uint64(),
  done: uint64(),
  failed: uint64(),
  cancelled: uint64(),
  dead: uint64(),
  /** Age of the oldest waiting item; absent: none waits. */
  oldestWaitingMs: optionalUint64(),
});
export type Queue = z.infer<typeof queue>;

const deadLetter = z.object({
  queue: text(),
  id: text(),
  /** `failures` or `losses`: which limit it reached. */
  limit: text(),
  failures: uint32(),
  losses: uint32(),
  lastError: text(),
  diedAtMs: uint64(),
  /** What it was to do, as JSON. */
  body: text(),
});
export type DeadLetter = z.infer<typeof deadLetter>;

const auditRecord = z.object({
  atMs: uint64(),
  node: text(),
  call: text(),
  caller: text(),
  role: text(),
  by: text(),
  through: text(),
  peer: text(),
  subject: text(),
  outcome: text(),
});

/** One changing call that was accepted or refused. */
export type AuditRecord = z.infer<typeof auditRecord>;

export const listMembersResponse = z.object({ members: z.array(member).default([]) });
export const watchActorsRequest = z.object({
  /** Empty: the node that is asked; `*`: all that are up. */
  node: nodeId,
  /** 0: once. */
  intervalMs: uint32(3_600_000).refine((value) => value === 0 || value >= 100, "at least 100, or 0 for once"),
});
export const watchActorsResponse = z.object({ nodes: z.array(nodeActors).default([]) });
/** The request of every call about one actor. */
export const actorRequest = z.object({ node: nodeId, path: actorPath });
export const drainNodeRequest = z.object({ node: nodeId });
export const listQueuesResponse = z.object({ queues: z.array(queue).default([]) });
export const listDeadLettersRequest = z.object({ queue: queueName, ...pageFields });
export const listDeadLettersResponse = z.object({
  deadLetters: z.array(deadLetter).default([]),
  nextPageToken: text(),
});
export const replayDeadLettersRequest = z.object({
  queue: queueName,
  ids: z.array(z.string().min(1).max(200)).min(1).max(1_000),
});
export const replayDeadLettersResponse = z.object({ ids: z.array(z.string()).default([]) });
export const listAuditRecordsRequest = z.object(pageFields);
export const listAuditRecordsResponse = z.object({ records: z.array(auditRecord).default([]), nextPageToken: text() });
