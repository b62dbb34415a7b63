import type { Clock } from "../base/clock.ts";
import { StoreError, type Change, type Lease, type Space } from "../store/index.ts";
import { ClusterError } from "./errors.ts";
import { agree, type AgreedSettings } from "./agreement.ts";
import { listMembers, readRow, rowChanges, type MemberRow, type NodeIdentity } from "./member.ts";

/** How long a node's lease and heartbeat hold. */
const leaseMs = 3_000;
/** How long a predecessor's lease is waited for: longer than a dead one can hold. */
const waitMs = 5_000;
const pauseMs = 250;
/** Each race that is lost let another node in: more than a cluster has nodes. */
const mostRaces = 256;
/** A lease can run out between its renewal and the write under it; it is then taken again. */
const mostTries = 3;

export interface JoinOptions {
  /** The space `clusterSpace`. */
  readonly space: Space;
  readonly clock: Clock;
  readonly identity: NodeIdentity;
  readonly settings: AgreedSettings;
}

/**
 * How a renewal ended. `regained`: the lease had run out, and nobody had taken the id meanwhile. `lost`: somebody had. `excluded`: nodes
 * with other settings had joined meanwhile, which hold now.
 */
export type Renewal = "held" | "regained" | "lost" | "excluded";

/**
 * This node's place in the cluster: the lease on its id, and its row in the table of members, written under that lease. Calls are made
 * one after the other.
 */
export class Membership {
  readonly #space: Space;
  readonly #settings: AgreedSettings;
  #lease: Lease;
  #row: MemberRow;
  #calls: Promise<unknown> = Promise.resolve();

  constructor(space: Space, settings: AgreedSettings, lease: Lease, row: MemberRow) {
    this.#space = space;
    this.#settings = settings;
    this.#lease = lease;
    this.#row = row;
  }

  /** Says that this node hands back what it holds, with the next renewal. */
  drain(): void {
    this.#row = { ...this.#row, state: "draining" };
  }

  /** Prolongs the lease and gives a heartbeat. Rejects with a StoreError when the store does not answer: try again. */
  renew(): Promise<Renewal> {
    return this.#chain(async () => {
      let renewal: Renewal = "held";
      for (let tries = 1; ; tries += 1) {
        const renewed = await this.#space.leases.renew(this.#lease, leaseMs);
        if (renewed !== undefined) this.#lease = renewed;
        else if (await this.#regain()) renewal = "regained";
        else return "lost";
        try {
          await this.#write(renewal === "held" ? [] : [await this.#agreed()]);
          return renewal;
        } catch (error) {
          if (error instanceof ClusterError && error.code === "settings-differ") return "excluded";
          if (tries === mostTries || !(isStale(error) || isConflict(error))) throw error;
        }
      }
    });
  }

  /** Says that this node has left, and frees its id. Nothing if the lease is lost. Rejects with a StoreError without an answer. */
  leave(): Promise<void> {
    return this.#chain(async () => {
      this.#row = { ...this.#row, state: "left" };
      try {
        await this.#write();
      } catch (error) {
        if (!isStale(error)) throw error;
      }
      await this.#space.leases.release(this.#lease);
    });
  }

  async #write(more: readonly Change[] = []): Promise<void> {
    await this.#space.commit({ type: "lease", lease: this.#lease }, [...more, ...rowChanges(this.#row, leaseMs)]);
  }

  /** While this node was silent, others could join without asking it. */
  async #agreed(): Promise<Change> {
    const others = (await listMembers(this.#space)).filter(({ id }) => id !== this.#row.id);
    return agree(this.#space, this.#settings, others);
  }

  /** Takes a lease that ran out, unless another incarnation has had it since: then this node is no longer the one of its name. */
  async #regain(): Promise<boolean> {
    const { id, incarnation } = this.#row;
    const lease = await this.#space.leases.acquire(leaseName(id), ownerOf(this.#row), leaseMs);
    if (lease === undefined) return false;
    const row = await readRow(this.#space, id);
    if (row?.incarnation === incarnation) {
      this.#lease = lease;
      return true;
    }
    await this.#space.leases.release(lease);
    return false;
  }

  #chain<Result>(call: () => Promise<Result>): Promise<Result> {
    const result = this.#calls.then(call);
    this.#calls = result.catch(() => undefined);
    return result;
  }
}

/**
 * Takes the lease on the node's id and enters the node into the table of members. The lease of a node that was killed runs out within
 * 3 s and is waited for.
 * @throws ClusterError `id-in-use` after 5 s, `settings-differ`, `busy`; StoreError
 */
export const joinCluster = async ({ space, clock, identity, settings }: JoinOptions): Promise<Membership> => {
  const lease = await takeLease(space, clock, identity);
  const row: MemberRow = { ...identity, state: "up", startedAtMs: clock.wallMs() };
  try {
    for (let race = 0; race < mostRaces; race += 1) {
      const others = (await listMembers(space)).filter(({ id }) => id !== identity.id);
      const agreed = await agree(space, settings, others);
      try {
        await space.commit({ type: "lease", lease }, [agreed, ...rowChanges(row, leaseMs)]);
        return new Membership(space, settings, lease, row);
      } catch (error) {
        if (!isConflict(error)) throw error;
      }
    }
    throw new ClusterError("busy", `${mostRaces} other nodes joined at the same time`, { retryable: true });
  } catch (error) {
    // Without an answer it runs out by itself; why the node could not join is what matters.
    await space.leases.release(lease).catch(() => undefined);
    throw error;
  }
};

const takeLease = async (space: Space, clock: Clock, identity: NodeIdentity): Promise<Lease> => {
  const { id } = identity;
  const untilMs = clock.monotonicMs() + waitMs;
  for (;;) {
    const lease = await space.leases.acquire(leaseName(id), ownerOf(identity), leaseMs);
    if (lease !== undefined) return lease;
    if (clock.monotonicMs() >= untilMs) break;
    await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
  }
  const holder = await readRow(space, id);
  const who = holder === undefined ? "another process" : `process ${holder.pid} at ${holder.address}`;
  throw new ClusterError(
    "id-in-use",
    `the node id "${id}" is in use by ${who}: set another node.id, or end that node`,
    {
      ids: { node: id },
    },
  );
};

const leaseName = (id: string): string => `node/${id}`;

const ownerOf = ({ id, incarnation }: Pick<NodeIdentity, "id" | "incarnation">): string => `${id}.${incarnation}`;

const isStale = (error: unknown): boolean => error instanceof StoreError && error.code === "stale-guard";

const isConflict = (error: unknown): boolean => error instanceof StoreError && error.code === "version-conflict";
