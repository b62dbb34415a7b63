import type { Guard, Space } from "../../store/index.ts";

/**
 * The right to own one shard of a kind, from when it was granted until it is handed over, taken, or this node's lease lapses. A holder
 * that was frozen may believe in it for a moment too long: what it commits under `guard` is refused by then.
 */
export interface Grant {
  readonly kind: string;
  /** 0 … `shards` − 1 of the kind. */
  readonly shard: number;
  /** Of the kind's data; the fence is a record of it. */
  readonly space: Space;
  /** Every write of the owner is committed under this, best through `commitUnder`. */
  readonly guard: Guard;
  /** Fencing token: of one shard, each grant has a larger one than the grant before. */
  readonly token: number;
  /**
   * On this node's monotonic clock, in milliseconds: act on what cannot be fenced only before it. It moves on with each renewal of the
   * node's lease; −∞ once the grant is over. A node that enough others suspected is told that it is dead with its next renewal only, a
   * third of a lease later: what must not overlap even then has to be fenced.
   */
  deadlineMs(): number;
  /** The store refused a write under this grant as stale: the owned actor is stopped. */
  surrender(): void;
}
