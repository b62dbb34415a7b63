import type { ItemStatus } from "../ports.ts";

/**
 * The rows of the model, as JSON. Rows are written and read only here in `model/`, so they are trusted; a change of a
 * row's shape is a new schema version.
 */

/** The state of one item. A long body, the checkpoint and the result are rows of their own: moving an item copies none of them. */
export interface Item {
  readonly queue: string;
  readonly id: string;
  readonly priority: number;
  /** Place in the order in which the space stored its items; kept for life. */
  readonly order: number;
  readonly group?: string;
  readonly addedAtMs: number;
  status: ItemStatus;
  /** Not claimable before. */
  dueMs?: number | undefined;
  failures: number;
  losses: number;
  claims: number;
  claim?: ClaimRow | undefined;
  /** A short body; a longer one is a row of its own. */
  body?: string | undefined;
  /** There is a checkpoint row: saves looking for one that is not there. */
  hasCheckpoint?: true | undefined;
  error?: string | undefined;
  limit?: "failures" | "losses" | undefined;
  endedAtMs?: number | undefined;
  /** When an ended item is forgotten. */
  expiresAtMs?: number | undefined;
}

export interface ClaimRow {
  readonly token: number;
  readonly owner: string;
  readonly deadlineMs: number;
  /** The item runs alone under this claim. */
  readonly alone?: true;
}

/** How many items of one queue are in each state. */
export type Tally = Record<ItemStatus, number>;

/** The counters of a space: each only grows. */
export interface Counters {
  revision: number;
  token: number;
  order: number;
}

export interface GroupRow {
  planned: number;
  done: number;
  failed: number;
  cancelled: number;
  dead: number;
  sealed: boolean;
  held: boolean;
  cancelRequested: boolean;
  /** Added when the group completes, then dropped. */
  onComplete?: { readonly queue: string; readonly item: PreparedItem } | undefined;
  expiresAtMs?: number | undefined;
}

export interface LeaseRow {
  readonly owner: string;
  readonly token: number;
  readonly deadlineMs: number;
  /** Where its one entry in the expiry index is; renewals do not move it. */
  readonly lookedAtMs: number;
}

export interface LimitRow {
  /** Theoretical arrival time: when the next slot would start if slots were evenly spaced. */
  readonly arrivalMs: number;
  /** Concurrency grants that are not released. */
  readonly granted: number;
}

/** A `NewItem` as it is stored: checked, defaults filled in, the body encoded. */
export interface PreparedItem {
  readonly id: string;
  readonly body: string;
  readonly priority: number;
  readonly delayMs: number;
  readonly group?: string;
}

export const hasEnded = (status: ItemStatus): boolean =>
  status === "done" || status === "failed" || status === "cancelled" || status === "dead";

/** Every planned item has ended. Dead letters count as ended. */
export const allEnded = (group: GroupRow): boolean =>
  group.planned === group.done + group.failed + group.cancelled + group.dead;

export const isComplete = (group: GroupRow): boolean => group.sealed && allEnded(group);

/** From the text of a row to its shape. */
export const read = {
  item: (text: string): Item => JSON.parse(text) as Item,
  tally: (text: string): Tally => JSON.parse(text) as Tally,
  counters: (text: string): Counters => JSON.parse(text) as Counters,
  group: (text: string): GroupRow => JSON.parse(text) as GroupRow,
  lease: (text: string): LeaseRow => JSON.parse(text) as LeaseRow,
  limit: (text: string): LimitRow => JSON.parse(text) as LimitRow,
};
