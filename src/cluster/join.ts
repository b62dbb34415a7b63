import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { StoreError, type Space } from "../store/index.ts";
import { changeTable } from "./change-table.ts";
import { declareDead, type Declarer } from "./declare-dead.ts";
import { ClusterError } from "./errors.ts";
import { Membership } from "./membership.ts";
import { defaultLeaseMs, leaseName, NodeLease } from "./node-lease.ts";
import { differing, settingsDiffer, type AgreedSettings } from "./settings.ts";
import { isLive, readTable, takesPart, type MemberView, type NodeIdentity, type Table } from "./table.ts";
import { mostMembers, withMember } from "./table-rows.ts";

export interface JoinOptions {
  /** The space `clusterSpace`. */
  readonly space: Space;
  readonly clock: Clock;
  readonly random: Random;
  readonly identity: NodeIdentity;
  readonly settings: AgreedSettings;
  /** How long the node's lease holds without a renewal (default 3,000 ms). The same on all nodes. */
  readonly leaseMs?: number;
}

/** In leases: how long a predecessor's lease is waited for. Longer than that of a dead one holds. */
const predecessorLeases = 5 / 3;
/** In leases: all of it. There may be members to be declared dead, and a store that does not answer for a moment. */
const joinLeases = 6;
const pausePart = 1 / 12;
/** In leases: how long other nodes that change the table at the same time are tried against. Less than a supervisor waits for a node. */
const raceLeases = 15;
/** Of the lease: with less left of it a node does not enter, since others declare dead whose lease runs out before its first renewal. */
const entersPart = 1 / 2;

/**
 * Takes the lease on the node's id and enters this incarnation into the table of members, in place of an earlier one, which thereby is
 * dead. The lease of a predecessor that was killed runs out within 3 s and is waited for.
 *
 * Members that keep this node from joining, by other settings or since the table is full of them, are declared dead if they are: after
 * as long a look at them as any member takes.
 * @throws ClusterError `id-in-use` after 5 s, `settings-differ`, `table-full`, `ended`, `busy` after 45 s; StoreError, after 18 s if it is retryable
 */
export const joinCluster = (options: JoinOptions): Promise<Membership> => new Joining(options).join();

class Joining {
  readonly #options: JoinOptions;
  readonly #declarer: Declarer;
  readonly #leaseMs: number;
  readonly #untilMs: number;
  /** A change that would have entered this incarnation was not answered: it may have had a row. */
  #unanswered = false;
  /** The lease was not held all the time: others could end that row. */
  #lapsed = false;

  constructor(options: JoinOptions) {
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? defaultLeaseMs;
    this.#declarer = { ...options, leaseMs: this.#leaseMs };
    this.#untilMs = options.clock.monotonicMs() + joinLeases * this.#leaseMs;
  }

  async join(): Promise<Membership> {
    const { clock } = this.#options;
    const lease = await this.#takeLease();
    const untilMs = clock.monotonicMs() + raceLeases * this.#leaseMs;
    try {
      for (;;) {
        const table = await this.#retried(() => this.#enter(lease));
        if (table !== undefined) return new Membership({ ...this.#declarer, lease, table });
        if (clock.monotonicMs() >= untilMs) throw this.#tooBusy();
        await this.#pause();
        if (await this.#retried(() => lease.renew())) continue;
        this.#lapsed = true;
        if (!(await this.#retried(() => lease.retake()))) throw await this.#idInUse();
      }
    } catch (error) {
      // Without an answer it runs out by itself; why the node could not join is what matters.
      await lease.release().catch(() => undefined);
      throw error;
    }
  }

  async #takeLease(): Promise<NodeLease> {
    const { clock } = this.#options;
    const untilMs = clock.monotonicMs() + predecessorLeases * this.#leaseMs;
    for (;;) {
      const lease = await this.#retried(() => NodeLease.acquire(this.#declarer));
      if (lease !== undefined) return lease;
      if (clock.monotonicMs() >= untilMs) throw await this.#idInUse();
      await this.#pause();
    }
  }

  /** `undefined`: not yet, since the lease has to be renewed first, or members that may be dead keep this node out. */
  async #enter(lease: NodeLease): Promise<Table | undefined> {
    const { identity, clock } = this.#options;
    const { id, incarnation } = identity;
    let enters = false;
    try {
      const { table } = await changeTable(
        this.#declarer,
        () => lease.ref,
        (now) => {
          enters = false;
          // An earlier try may have been made, and not answered.
          if (isLive(now, id, incarnation)) return undefined;
          this.#refuseEnded(now);
          const entered = this.#entered(now);
          if (entered instanceof ClusterError) return undefined;
          if (lease.deadlineMs - clock.monotonicMs() < entersPart * this.#leaseMs) return undefined;
          enters = true;
          return entered;
        },
      );
      if (isLive(table, id, incarnation)) return table;
      const hindrance = this.#entered(table);
      if (hindrance instanceof ClusterError) await this.#clear(table, hindrance, lease);
    } catch (error) {
      if (!(error instanceof StoreError && error.code === "stale-guard")) {
        this.#unanswered ||= enters;
        throw error;
      }
    }
    return undefined;
  }

  /** An incarnation that was ended never comes back, also when it does not know that it had begun. */
  #refuseEnded(table: Table): void {
    const { id, incarnation } = this.#options.identity;
    const row = table.members.find((member) => member.id === id);
    if (row?.incarnation !== incarnation && !(this.#unanswered && this.#lapsed)) return;
    throw new ClusterError("ended", `node "${id}" was declared dead or replaced while it joined: start it again`, {
      ids: { node: id },
      retryable: true,
    });
  }

  #entered(table: Table): Table | ClusterError {
    const { identity, settings, clock } = this.#options;
    const [first] = othersOf(table, identity);
    if (first !== undefined && differing(table.settings, settings).length > 0) {
      return settingsDiffer(table.settings, settings, first.id);
    }
    const entered = withMember({ ...table, settings }, identity, clock.wallMs());
    return entered ?? tableFull(identity);
  }

  /** Declares the members dead whose leases have run out, once this node may. @throws ClusterError when it does not depend on them */
  async #clear(table: Table, hindrance: ClusterError, lease: NodeLease): Promise<void> {
    const { space, identity, clock, settings } = this.#options;
    const others = othersOf(table, identity);
    const { deadlineMs } = lease;
    const [own, ...leases] = await space.leases.look([identity, ...others].map(({ id }) => leaseName(id)));
    lease.compare(own, deadlineMs);
    const alive = others.find((_, index) => leases[index] !== undefined);
    if (hindrance.code === "settings-differ" && alive !== undefined) {
      throw settingsDiffer(table.settings, settings, alive.id);
    }
    const gone = others.filter((_, index) => leases[index] === undefined);
    if (gone.length === 0 || clock.monotonicMs() >= this.#untilMs) throw hindrance;
    if (lease.steadyMs() < this.#leaseMs) return;
    for (const member of gone) await declareDead(this.#declarer, member);
  }

  async #idInUse(): Promise<ClusterError> {
    const { space, identity } = this.#options;
    const { id } = identity;
    const holder = (await readTable(space)).members.find((member) => member.id === id);
    const who = holder === undefined ? "another process" : `process ${holder.pid} at ${holder.address}`;
    return new ClusterError(
      "id-in-use",
      `the node id "${id}" is in use by ${who}: set another node.id, or end that node`,
      { ids: { node: id } },
    );
  }

  #tooBusy(): ClusterError {
    const { id } = this.#options.identity;
    return new ClusterError(
      "busy",
      `node "${id}" could not join: the store is slow, or too many join at once; start it again`,
      {
        retryable: true,
        ids: { node: id },
      },
    );
  }

  /** Asks again while the store does not answer, as long as there is time. */
  async #retried<Result>(call: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        const again =
          error instanceof StoreError && error.retryable && this.#options.clock.monotonicMs() < this.#untilMs;
        if (!again) throw error;
      }
      await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    const { clock, random } = this.#options;
    const ms = this.#leaseMs * pausePart * (0.5 + random.next() / 2);
    await new Promise<void>((resolve) => void clock.after(ms, resolve));
  }
}

const othersOf = ({ members }: Table, { id }: NodeIdentity): readonly MemberView[] =>
  members.filter((member) => member.id !== id && takesPart(member));

const tableFull = ({ id }: NodeIdentity): ClusterError =>
  new ClusterError(
    "table-full",
    `the cluster has ${mostMembers} nodes, or as many as the table of members takes: end one before "${id}" joins`,
    { ids: { node: id } },
  );
