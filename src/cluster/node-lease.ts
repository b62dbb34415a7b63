import type { Clock } from "../base/clock.ts";
import type { Lease, LeaseRef, LeaseView, Space } from "../store/index.ts";
import type { NodeIdentity } from "./table.ts";

/** How long a node's lease holds without a renewal. */
export const defaultLeaseMs = 3_000;
/** Part of the lease after which the holder itself no longer relies on it: clocks differ, and what was begun has to end. */
const reservePart = 0.2;
/**
 * Part of the lease. A longer time from one renewal sent to the next one answered may have been an outage of the store. Renewals are
 * sent every third of a lease: an outage that let the lease of a healthy node run out lasted two thirds of it. The sixth between is for
 * that node to renew before others look.
 */
const gapPart = 1 / 2;

/** Part of the lease: how much less of it the store may have left than its holder reckons. */
const jumpPart = 1 / 6;

export const leaseName = (nodeId: string): string => `node/${nodeId}`;

/** As a lease names its holder: one incarnation of a node. */
export const leaseOwner = ({ id, incarnation }: Pick<NodeIdentity, "id" | "incarnation">): string =>
  `${id}.${incarnation}`;

export interface NodeLeaseSetup {
  /** The space `clusterSpace`. */
  readonly space: Space;
  readonly clock: Clock;
  readonly identity: NodeIdentity;
  readonly leaseMs: number;
}

/** The lease on a node's id, and what it says about how well the store was there. Calls are made one after the other. */
export class NodeLease {
  readonly #setup: NodeLeaseSetup;
  #lease: Lease;
  #steadySinceMs: number;

  private constructor(setup: NodeLeaseSetup, lease: Lease) {
    this.#setup = setup;
    this.#lease = lease;
    this.#steadySinceMs = setup.clock.monotonicMs();
  }

  /** `undefined` while another incarnation, or who declares it dead, holds it. Rejects with a StoreError. */
  static async acquire(setup: NodeLeaseSetup): Promise<NodeLease | undefined> {
    const lease = await acquire(setup);
    return lease === undefined ? undefined : new NodeLease(setup, lease);
  }

  get ref(): LeaseRef {
    return this.#lease;
  }

  /** Own monotonic clock: from when the last renewal was sent, less the reserve. */
  get ownDeadlineMs(): number {
    return this.#lease.deadlineMs - reservePart * this.#setup.leaseMs;
  }

  /** Own monotonic clock: the store lets it run out no sooner. */
  get deadlineMs(): number {
    return this.#lease.deadlineMs;
  }

  /** Prolongs it. False: it is no longer held. Rejects with a StoreError. */
  async renew(): Promise<boolean> {
    const { space, leaseMs } = this.#setup;
    return this.#take(await space.leases.renew(this.#lease, leaseMs));
  }

  /** Takes it anew after it ran out. False: somebody else has it. Rejects with a StoreError. */
  async retake(): Promise<boolean> {
    const taken = this.#take(await acquire(this.#setup));
    if (taken) this.#steadySinceMs = this.#setup.clock.monotonicMs();
    return taken;
  }

  /**
   * Compares what the store says of it with what its holder reckons. With less left the store's clock has jumped: the leases of others
   * ran out before their time as well, and this counts as a gap.
   * @param deadlineMs as it was before the store was asked
   */
  compare(view: LeaseView | undefined, deadlineMs: number): void {
    const nowMs = this.#setup.clock.monotonicMs();
    const leftMs = view?.owner === leaseOwner(this.#setup.identity) ? view.leftMs : 0;
    if (leftMs < deadlineMs - nowMs - jumpPart * this.#setup.leaseMs) this.#steadySinceMs = nowMs;
  }

  async release(): Promise<void> {
    await this.#setup.space.leases.release(this.#lease);
  }

  /** For how long the store has been there for this node without a gap; 0 when it may be away now. In milliseconds. */
  steadyMs(): number {
    const nowMs = this.#setup.clock.monotonicMs();
    return nowMs - this.#sentMs > gapPart * this.#setup.leaseMs ? 0 : nowMs - this.#steadySinceMs;
  }

  #take(lease: Lease | undefined): boolean {
    if (lease === undefined) return false;
    const nowMs = this.#setup.clock.monotonicMs();
    if (nowMs - this.#sentMs > gapPart * this.#setup.leaseMs) this.#steadySinceMs = nowMs;
    this.#lease = lease;
    return true;
  }

  /** When the last renewal that succeeded was sent. */
  get #sentMs(): number {
    return this.#lease.deadlineMs - this.#setup.leaseMs;
  }
}

const acquire = ({ space, identity, leaseMs }: NodeLeaseSetup): Promise<Lease | undefined> =>
  space.leases.acquire(leaseName(identity.id), leaseOwner(identity), leaseMs);
