import { StoreError } from "../store/index.ts";
import { changeTable, type TableAccess } from "./change-table.ts";
import { leaseName, leaseOwner } from "./node-lease.ts";
import { isLive, type MemberView, type NodeIdentity, type Table, type TableView } from "./table.ts";
import { withState } from "./table-rows.ts";

export interface Declarer extends TableAccess {
  readonly identity: NodeIdentity;
  /** How long a node's lease holds. */
  readonly leaseMs: number;
}

/** Of a node's lease: longer than the few calls take, and short, since a declarer that dies meanwhile keeps others waiting. */
const heldPart = 1 / 3;

/** Why a member is declared dead though its lease has not run out. */
export interface Condemned {
  /** Under which it holds its lease. */
  readonly token: number;
  /** Whether the votes against it, and the right of this node to count them, stand in this table. */
  readonly stands: (table: TableView) => boolean;
}

/**
 * Declares one incarnation dead: takes its very lease, so that it can no longer renew it and nobody else declares it meanwhile, and
 * changes its row under it. The lease has run out; ask only after the store was there for everyone long enough to renew. Or enough
 * members suspect it, and the lease is seized; if by then they no longer do, it is handed back, since others declare dead whom they find
 * without a lease.
 * @returns the table in which this declarer said so; `undefined`: somebody holds the lease, or the table says something else already
 * @throws StoreError, ClusterError `busy`
 */
export const declareDead = async (
  declarer: Declarer,
  member: MemberView,
  condemned?: Condemned,
): Promise<Table | undefined> => {
  const { space, clock, identity, leaseMs } = declarer;
  const [name, owner, ttlMs] = [leaseName(member.id), leaseOwner(identity), leaseMs * heldPart];
  const lease =
    condemned === undefined
      ? await space.leases.acquire(name, owner, ttlMs)
      : await space.leases.seize(name, owner, ttlMs, condemned.token);
  if (lease === undefined) return undefined;
  let seizedInVain = condemned !== undefined;
  try {
    const { table, changed } = await changeTable(
      declarer,
      () => lease,
      (now) => (condemned?.stands(now) === false ? undefined : withState(now, member, "dead", clock.wallMs())),
    );
    seizedInVain &&= isLive(table, member.id, member.incarnation);
    return changed ? table : undefined;
  } catch (error) {
    // It took too long: another one, or the node itself, may have the lease now.
    if (error instanceof StoreError && error.code === "stale-guard") return undefined;
    throw error;
  } finally {
    // Without an answer it runs out by itself.
    const givenUp = seizedInVain
      ? space.leases.seize(name, leaseOwner(member), leaseMs, lease.token)
      : space.leases.release(lease);
    await givenUp.catch(() => undefined);
  }
};
