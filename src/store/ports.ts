import type { Json } from "../base/json.ts";

/**
 * The ports of durable state. A store is divided into spaces; a space is the unit of atomicity. Every call has a
 * deadline of its own (`StoreOptions.callTimeoutMs` of the adapter) and rejects with a `StoreError`.
 *
 * Names: space, queue and group names match `nameShape`; ids, lease names, limit keys and record keys match `idShape`.
 * Bodies, results, checkpoints and values are JSON of at most `bounds.bodyBytes`. Times named `…AtMs` are the store's
 * clock (milliseconds, close to wall time, never going back while the machine is up).
 */
export const bounds = {
  /** Changes of one commit, and items of one add. */
  changes: 1_000,
  /** Claims handed out by one call. */
  slots: 1_000,
  /** One body, result, checkpoint or record value, as UTF-8 JSON. */
  bodyBytes: 256 * 1024,
  /**
   * All bodies, results and values of one call, in characters of JSON. More is refused; a claim hands out fewer items
   * rather than answer with more, and a page ends after the row that exceeds it.
   */
  callBytes: 8 * 1024 * 1024,
  /** One page of a listing. */
  page: 1_000,
} as const;

export const nameShape = /^[a-z0-9][a-z0-9.-]{0,63}$/;
export const idShape = /^[\x21-\x7e]{1,200}$/;

/** What `add` stores. Lower `priority` is claimed first (0 … 255, default 100); equal priorities in the order stored. */
export interface NewItem {
  /** Made by the client. Adding an id that the queue knows (until `retainMs` after its end) changes nothing. */
  readonly id: string;
  readonly body: Json;
  readonly priority?: number;
  /** Not claimable before this much time has passed. */
  readonly delayMs?: number;
  readonly group?: string;
}

/** The right to work on one item until `deadlineMs`. Whoever holds the token may end it; nobody else can. */
export interface Claim {
  readonly queue: string;
  readonly id: string;
  /** Fencing token: grows with every claim of the space. */
  readonly token: number;
  readonly body: Json;
  readonly group: string | undefined;
  /** What the last holder handed on, `undefined` before the first checkpoint. */
  readonly checkpoint: Json | undefined;
  /** Handler failures since the last checkpoint. */
  readonly failures: number;
  /** Claims that ran out since the last checkpoint. */
  readonly losses: number;
  /**
   * The holder's own monotonic clock: stop working by then. Taken before the call was sent, so it is never later than
   * the store's deadline.
   */
  readonly deadlineMs: number;
}

export type ClaimRef = Pick<Claim, "queue" | "id" | "token">;

export interface ClaimRequest {
  readonly queue: string;
  /** Node id and incarnation of whoever will hold the claims; for listings. */
  readonly owner: string;
  /** How many items can be started now (1 … `bounds.slots`). */
  readonly slots: number;
  readonly leaseMs: number;
  /** Only these items. */
  readonly ids?: readonly string[];
  /** At most this many live claims of the queue over all holders. */
  readonly maxClaimed?: number;
  /** How many claims this node holds already: an item that has to run alone is handed out only at 0. */
  readonly holding: number;
}

export interface Claimed {
  readonly claims: readonly Claim[];
  /** An item that has to run alone is next: claim again when this node holds nothing. */
  readonly aloneWaiting: boolean;
  /** When the next delayed item or live claim falls due, in milliseconds from now; `undefined` if there is none. */
  readonly nextInMs: number | undefined;
}

/** How a claim is given back without an end. */
export type ReleaseReason =
  /** Not started, or handed over in order: counts nothing. */
  | "returned"
  /** The handler failed: counts a failure. */
  | "failed"
  /** The worker was killed under it: counts a loss. */
  | "lost";

export type Change =
  | { readonly type: "add"; readonly queue: string; readonly item: NewItem }
  /** Ends an item. `claim` may differ from the guard's; each is checked. `failed` is an end decided by the handler. */
  | { readonly type: "finish"; readonly claim: ClaimRef; readonly outcome: "done" | "failed"; readonly result?: Json }
  | { readonly type: "checkpoint"; readonly claim: ClaimRef; readonly data: Json }
  | {
      readonly type: "release";
      readonly claim: ClaimRef;
      readonly reason: ReleaseReason;
      readonly delayMs?: number;
      readonly error?: string;
    }
  /** `onComplete` is added in the commit in which the last item of the sealed group ends. */
  | {
      readonly type: "seal";
      readonly group: string;
      readonly onComplete?: { readonly queue: string; readonly item: NewItem };
    }
  | {
      readonly type: "put";
      readonly key: string;
      readonly value: Json;
      /** 0: must not exist. Absent: whatever it is. */
      readonly expectedVersion?: number;
      readonly expiresInMs?: number;
    }
  | { readonly type: "delete"; readonly key: string; readonly expectedVersion?: number };

/**
 * What must hold for a commit to apply: the claim or the lease is still the latest one and has not run out; the record is
 * still the one that was put at that version.
 */
export type Guard =
  | { readonly type: "claim"; readonly claim: ClaimRef }
  | { readonly type: "lease"; readonly lease: LeaseRef }
  | { readonly type: "record"; readonly record: RecordRef };

export interface CommitResult {
  /** Place in the order of the space's commits: strictly increasing. It is the version of the records that were put. */
  readonly revision: number;
  /** Ids of added items that the queue knew already. */
  readonly duplicates: readonly string[];
}

export interface QueueCounts {
  readonly waiting: number;
  readonly delayed: number;
  readonly held: number;
  readonly claimed: number;
  /** Ended items still retained. */
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly dead: number;
  /** Age of the oldest waiting item. */
  readonly oldestWaitingMs: number | undefined;
}

export type ItemStatus = "waiting" | "delayed" | "held" | "claimed" | "done" | "failed" | "cancelled" | "dead";

export interface ItemView {
  readonly queue: string;
  readonly id: string;
  readonly status: ItemStatus;
  /** `undefined` once it ended as done, failed or cancelled: only a dead letter keeps its body. */
  readonly body: Json | undefined;
  readonly group: string | undefined;
  readonly priority: number;
  readonly failures: number;
  readonly losses: number;
  /** How often it was claimed, over its whole life. */
  readonly claims: number;
  readonly owner: string | undefined;
  /** Of the claim that the owner has. */
  readonly token: number | undefined;
  readonly result: Json | undefined;
  readonly lastError: string | undefined;
}

export interface DeadLetter {
  readonly queue: string;
  readonly id: string;
  readonly body: Json;
  readonly group: string | undefined;
  /** Which limit it reached. */
  readonly limit: "failures" | "losses";
  readonly failures: number;
  readonly losses: number;
  readonly lastError: string | undefined;
  readonly diedAtMs: number;
}

/** One page of a listing; `next` continues it, `undefined` at the end. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: string | undefined;
}

export interface PageRequest {
  readonly limit?: number;
  readonly after?: string;
}

export interface GroupView {
  readonly planned: number;
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly dead: number;
  readonly sealed: boolean;
  readonly held: boolean;
  readonly cancelRequested: boolean;
  /** Sealed, and every planned item has ended. Dead letters count as ended. */
  readonly complete: boolean;
}

export interface Groups {
  get(group: string): Promise<GroupView | undefined>;
  /** Waiting items are not handed out until `resume`; claimed ones go on. */
  hold(group: string): Promise<void>;
  resume(group: string): Promise<void>;
  /**
   * Ends every item of the group that has not ended, claimed ones included (their claims are lost). Later adds end at
   * once, until the group is forgotten: `retainMs` after all that it had has ended.
   */
  cancel(group: string): Promise<void>;
}

/** Limits after which an item becomes a dead letter, and when it runs alone. */
export const retryLimits = { failures: 5, losses: 20, aloneAfterLosses: 3 } as const;

/**
 * Durable work: at least once execution, exactly one accepted end per item. An item ends as done, failed (decided by
 * its handler), cancelled or dead (a retry limit was reached).
 */
export interface WorkQueue {
  /** Resolves once the items are durable, with the ids that were known already. At most `bounds.changes` items, all or none. */
  add(queue: string, items: readonly NewItem[]): Promise<readonly string[]>;
  claim(request: ClaimRequest): Promise<Claimed>;
  /** Prolongs claims to `leaseMs` from now. `lost` are those no longer held: stop their work. */
  extend(
    claims: readonly ClaimRef[],
    leaseMs: number,
  ): Promise<{ readonly lost: readonly ClaimRef[]; readonly deadlineMs: number }>;
  /** Ends items that have not ended, claimed ones included. Returns the ids that were ended by this call. */
  cancel(queue: string, ids: readonly string[]): Promise<readonly string[]>;
  counts(queue: string): Promise<QueueCounts>;
  get(queue: string, id: string): Promise<ItemView | undefined>;
  deadLetters(queue: string, page?: PageRequest): Promise<Page<DeadLetter>>;
  /** Puts dead letters back to waiting with both counters at 0. Returns the ids that were dead. */
  replay(queue: string, ids: readonly string[]): Promise<readonly string[]>;
}

export interface StoredRecord {
  readonly key: string;
  readonly value: Json;
  readonly version: number;
}

/** A record as it was put once: its version is never that of another put, so it is a fencing token beside the data. */
export type RecordRef = Pick<StoredRecord, "key" | "version">;

/** Small durable facts. Written through `commit`; `version` grows over the life of the space, so a key put again never repeats one. */
export interface Records {
  get(key: string): Promise<StoredRecord | undefined>;
  /** In the order asked, `undefined` where there is none. At most `bounds.changes` keys; of several calls' size they are read one after another. */
  getMany(keys: readonly string[]): Promise<readonly (StoredRecord | undefined)[]>;
  /** In key order. */
  list(prefix: string, page?: PageRequest): Promise<Page<StoredRecord>>;
}

export interface LeaseRef {
  readonly name: string;
  readonly token: number;
}

/** Sole ownership of a name until `deadlineMs` (own monotonic clock, taken before the call). */
export interface Lease extends LeaseRef {
  readonly deadlineMs: number;
}

/** Who holds a name, and for how long yet. */
export interface LeaseView {
  readonly owner: string;
  readonly token: number;
  readonly leftMs: number;
}

export interface Leases {
  /** `undefined` while someone else holds it. The same owner acquiring again gets a new token; the old one is stale. */
  acquire(name: string, owner: string, ttlMs: number): Promise<Lease | undefined>;
  /**
   * Takes a lease from whoever holds it under `expectedToken`, though it has not run out: that token is stale from then on.
   * `undefined`: nobody holds it under that token; see who does.
   */
  seize(name: string, owner: string, ttlMs: number, expectedToken: number): Promise<Lease | undefined>;
  /** `undefined`: it is no longer held. */
  renew(lease: LeaseRef, ttlMs: number): Promise<Lease | undefined>;
  /** False: it was no longer held. */
  release(lease: LeaseRef): Promise<boolean>;
  /** Who holds each name, in the order asked; `undefined`: nobody. At most `bounds.changes` names. */
  look(names: readonly string[]): Promise<readonly (LeaseView | undefined)[]>;
}

export interface LimitRequest {
  /** How many uses are wanted (1 … 1,000). */
  readonly n: number;
  /** Uses per second, at most, over all holders; may be a fraction. */
  readonly perSecond?: number;
  /** Uses that may come at once after a pause, beyond the even spacing (default 0). */
  readonly burst?: number;
  /** Uses that may be under way at once. */
  readonly concurrent?: number;
  /** A concurrency grant that is not released falls due after this. Needed with `concurrent`. */
  readonly leaseMs?: number;
}

/** The right to one use between two instants of the holder's own monotonic clock. */
export interface LimitSlot {
  readonly id: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export type Reservation =
  | { readonly granted: true; readonly slots: readonly LimitSlot[] }
  /** Nothing was reserved; ask again after this many milliseconds. */
  | { readonly granted: false; readonly retryInMs: number };

export interface Limits {
  /** Grants 1 … n slots, those that fall within the next second, or none. */
  reserve(key: string, request: LimitRequest): Promise<Reservation>;
  /** Ends concurrency grants. Unknown ids are ignored. */
  release(key: string, slotIds: readonly string[]): Promise<void>;
}

export interface Space {
  readonly name: string;
  readonly queue: WorkQueue;
  readonly groups: Groups;
  readonly records: Records;
  readonly leases: Leases;
  readonly limits: Limits;
  /**
   * The one atomic write: every change applies, or none. At most `bounds.changes`. Repeated after `deadline`, a commit
   * that had been made is refused (`stale-guard`, `version-conflict`) if it ended its own guard or item, or put a
   * record at an expected version: read what stands before taking that for a loss.
   */
  commit(guard: Guard | undefined, changes: readonly Change[]): Promise<CommitResult>;
  /** The revision of the latest commit seen. */
  revision(): Promise<number>;
  /** Resolves when the space has a revision above `seen`, or after `timeoutMs`, with the latest one. A hint: read the truth after it. */
  changed(seen: number, timeoutMs: number): Promise<number>;
}

export interface Store {
  /** The same object for the same name. */
  space(name: string): Space;
  /** Lets calls under way end, then closes. Idempotent. */
  close(): Promise<void>;
}
