import { bounds, StoreError, type Change, type Page, type Space, type StoredRecord } from "../../store/index.ts";
import type { TableView } from "../table.ts";
import { fenceChange, fencePrefix, isOwn, mayTake, readFences, type Holder } from "./fence.ts";
import type { OwnedKind } from "./owned-kind.ts";

/** What one node wants of the fences of a kind now. */
export interface FenceRequest {
  readonly kind: OwnedKind;
  readonly self: Holder;
  readonly view: TableView;
  /** Shards to take. */
  readonly wanted: ReadonlySet<number>;
  /** Shards to release, with the token under which they are held. */
  readonly released: ReadonlyMap<number, number>;
  /** Shards that this node owns and keeps. */
  readonly kept: ReadonlySet<number>;
  /** Asked right before the commit: false when the node's own deadline has passed. */
  readonly mayWrite: () => boolean;
}

/**
 * - `settled`: what could be taken and released now is. `token` is that of every shard in `taken`; `waiting` counts those that their
 *   holder has to release first, `unreadable` the fences that something else has written, which are left alone. `seen` is a revision of
 *   the space from before the fences were read.
 * - `lapsed`: the node must not write any more. Nothing was changed.
 * - `conflict`: another node was quicker with one of them. Nothing was changed; read again.
 * - `unavailable`: the store did not answer. It may have been changed; read again.
 */
export type FenceOutcome =
  | {
      readonly status: "settled";
      readonly taken: readonly number[];
      readonly token: number;
      /** Shards that this node does not hold any more. */
      readonly released: readonly number[];
      readonly waiting: number;
      readonly unreadable: number;
      readonly seen: number;
    }
  | { readonly status: "lapsed" | "conflict" }
  | { readonly status: "unavailable"; readonly error: StoreError };

/**
 * Reads the fences of the kind, then takes and releases in one commit: every change expects the version that was read, so of two nodes
 * that see the same fence one gets it. Rejects with a StoreError that is not retryable.
 */
export const settleFences = async (request: FenceRequest): Promise<FenceOutcome> => {
  try {
    return await settle(request);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.code === "version-conflict") return { status: "conflict" };
    if (error.retryable) return { status: "unavailable", error };
    throw error;
  }
};

const settle = async ({ kind, self, view, wanted, released, kept, mayWrite }: FenceRequest): Promise<FenceOutcome> => {
  const seen = await kind.space.revision();
  const fences = readFences(kind, await all(kind.space, fencePrefix(kind)));
  const changes: Change[] = [];
  const taken: number[] = [];
  let waiting = 0;
  let unreadable = 0;
  for (const [shard, fence] of fences.entries()) {
    if (kept.has(shard)) continue;
    if (fence.value === "unreadable") unreadable += 1;
    const token = released.get(shard);
    if (token !== undefined) {
      if (fence.version === token) changes.push(fenceChange(kind, shard, fence, self, "released", view));
    } else if (!wanted.has(shard)) {
      // Left from before a lapse, or from a commit whose answer was lost: nobody else may take it while this node is live.
      if (isOwn(fence, self)) changes.push(fenceChange(kind, shard, fence, self, "released", view));
    } else if (mayTake(fence, self, view)) {
      changes.push(fenceChange(kind, shard, fence, self, "held", view));
      taken.push(shard);
    } else waiting += 1;
  }
  if (!mayWrite()) return { status: "lapsed" };
  const token = changes.length === 0 ? 0 : (await kind.space.commit(undefined, changes)).revision;
  return { status: "settled", taken, token, released: [...released.keys()], waiting, unreadable, seen };
};

const all = async (space: Space, prefix: string): Promise<readonly StoredRecord[]> => {
  const found: StoredRecord[] = [];
  let after: string | undefined;
  do {
    const page: Page<StoredRecord> = await space.records.list(prefix, {
      limit: bounds.page,
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page.rows);
    after = page.next;
  } while (after !== undefined);
  return found;
};
