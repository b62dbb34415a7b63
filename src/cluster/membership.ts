import { StoreError } from "../store/index.ts";
import { changeTable, type TableAccess } from "./change-table.ts";
import { declareDead, type Declarer } from "./declare-dead.ts";
import { ClusterError } from "./errors.ts";
import { leaseName, type NodeLease } from "./node-lease.ts";
import {
  isLive,
  readTable,
  takesPart,
  type MemberState,
  type NodeIdentity,
  type Table,
  type TableView,
} from "./table.ts";
import { Jury, type Verdict, type Witness } from "./suspicion/jury.ts";
import { VoteAges } from "./suspicion/vote-ages.ts";
import { withState } from "./table-rows.ts";

/**
 * How a renewal ended. `regained`: the lease had run out, and was taken again. `contested`: it ran out, and somebody took it who has not
 * changed the table yet: ask again soon. `lost`: this incarnation is no longer part of the cluster, for ever.
 */
export type Renewal = "held" | "regained" | "contested" | "lost";

/** What a look at the others showed. */
export interface Look {
  /** This incarnation is no longer part of the cluster, for ever. */
  readonly lost: boolean;
  /** When the next lease could run out, or the table has to be read again at the latest. In milliseconds from now. */
  readonly nextInMs: number;
  /** Those that this node declared dead. */
  readonly declared: readonly string[];
}

export interface MembershipSetup extends TableAccess {
  readonly identity: NodeIdentity;
  readonly leaseMs: number;
  readonly lease: NodeLease;
  /** With the row of this incarnation. */
  readonly table: Table;
}

/** A lease can run out between its renewal and the change under it; it is then taken again. */
const mostTries = 3;
/** Part of the lease after which the table is read again, whatever happened. */
const readPart = 1 / 3;
const shortestLookPart = 1 / 300;

/**
 * This incarnation's place in the cluster: the lease on its id, and its row in the table of members. Made by `joinCluster`. Renewals are
 * made one after the other, and so are looks and judgements; the two do not wait for each other.
 */
export class Membership {
  readonly #setup: MembershipSetup;
  readonly #declarer: Declarer;
  readonly #lease: NodeLease;
  readonly #ages: VoteAges;
  readonly #jury: Jury;
  #view: TableView;
  /** The revision of the space at which `#view` was the latest. */
  #seenRevision = -1;
  #ownDeadlineMs: number;
  /** The lease was taken again, and the table has not yet said that this incarnation still may hold it. */
  #unconfirmed = false;
  #over = false;
  #renewals: Promise<unknown> = Promise.resolve();
  #looks: Promise<unknown> = Promise.resolve();

  constructor(setup: MembershipSetup) {
    this.#setup = setup;
    this.#declarer = setup;
    this.#lease = setup.lease;
    this.#ages = new VoteAges(setup.clock, setup.leaseMs);
    this.#jury = new Jury({
      ...setup,
      ages: this.#ages,
      view: () => this.#view,
      see: (table) => this.#see(table),
    });
    this.#view = setup.table;
    this.#ages.see(setup.table);
    this.#ownDeadlineMs = setup.lease.ownDeadlineMs;
  }

  get identity(): NodeIdentity {
    return this.#setup.identity;
  }

  /** How long the lease holds without a renewal, in milliseconds. */
  get leaseMs(): number {
    return this.#setup.leaseMs;
  }

  /** The latest table that this node knows. It may be old while the store is away. */
  view(): TableView {
    return this.#view;
  }

  /** Own monotonic clock: what hangs on this node's lease has to have stopped by then, unless it moves on with a renewal. */
  ownDeadlineMs(): number {
    return this.#ownDeadlineMs;
  }

  /** Prolongs the lease, or takes it again if it ran out and nobody has it. Rejects with a StoreError: try again if it is retryable. */
  renew(): Promise<Renewal> {
    const renewal = this.#renewals.then(() => this.#renew());
    this.#renewals = renewal.catch(() => undefined);
    return renewal;
  }

  /**
   * Reads the table if it can have changed, and declares members dead whose leases have run out: only if this node had the store without
   * a gap for as long as a lease holds, so that after an outage everyone had the time to renew.
   * Rejects with a StoreError or ClusterError `busy`: try again if it is retryable.
   */
  look(): Promise<Look> {
    const look = this.#looks.then(() => this.#look());
    this.#looks = look.catch(() => undefined);
    return look;
  }

  /** Whether this node has anything to say about who does not answer: ask before `judge`, which asks the store. */
  hasToJudge(witness: Witness): boolean {
    return !this.#over && this.#jury.isDue(witness);
  }

  /** Suspects whom the witness does not hear, and declares dead whom enough suspect. Rejects as `look`. Never while a look is under way. */
  judge(witness: Witness): Promise<Verdict> {
    const judgement = this.#looks.then(() => this.#jury.judge(witness));
    this.#looks = judgement.catch(() => undefined);
    return judgement;
  }

  /** Resolves when the cluster's space has changed since the last look, or after `timeoutMs`. A hint. Rejects with a StoreError. */
  async changed(timeoutMs: number): Promise<void> {
    await this.#setup.space.changed(Math.max(0, this.#seenRevision), timeoutMs);
  }

  /** Says in the table that this node hands back what it holds. Rejects as `look`. Idempotent. */
  drain(): Promise<void> {
    return this.#enter("draining");
  }

  /** Says in the table that this node has left, and frees its id. Nothing if it is lost. Rejects as `look`. */
  async leave(): Promise<void> {
    await this.#enter("left");
    this.#over = true;
    await this.#renewals;
    await this.#lease.release();
  }

  async #renew(): Promise<Renewal> {
    if (this.#over) return "lost";
    if (!(await this.#lease.renew())) {
      this.#unconfirmed = true;
      if (!(await this.#lease.retake())) return (await this.#isStillMember()) ? "contested" : this.#end();
    }
    const regained = this.#unconfirmed;
    if (regained && !(await this.#isStillMember())) {
      await this.#lease.release();
      return this.#end();
    }
    this.#unconfirmed = false;
    this.#ownDeadlineMs = this.#lease.ownDeadlineMs;
    return regained ? "regained" : "held";
  }

  async #look(): Promise<Look> {
    const { space, leaseMs, identity } = this.#setup;
    const mostMs = leaseMs * readPart;
    const revision = await space.revision();
    if (revision !== this.#seenRevision) {
      if (!(await this.#isStillMember())) {
        this.#end();
        return { lost: true, nextInMs: mostMs, declared: [] };
      }
      this.#seenRevision = revision;
    }
    const others = this.#view.members.filter((member) => takesPart(member) && member.id !== identity.id);
    const { deadlineMs } = this.#lease;
    const [own, ...leases] = await space.leases.look([identity, ...others].map(({ id }) => leaseName(id)));
    this.#lease.compare(own, deadlineMs);
    const declared: string[] = [];
    let nextInMs = mostMs;
    for (const [index, member] of others.entries()) {
      const lease = leases[index];
      if (lease !== undefined) {
        nextInMs = Math.min(nextInMs, lease.leftMs);
        continue;
      }
      const waitMs = leaseMs - this.#lease.steadyMs();
      if (waitMs > 0) {
        nextInMs = Math.min(nextInMs, waitMs);
        continue;
      }
      const table = await declareDead(this.#declarer, member);
      if (table === undefined) continue;
      this.#see(table);
      declared.push(member.id);
    }
    return { lost: false, nextInMs: Math.max(nextInMs, leaseMs * shortestLookPart), declared };
  }

  /** Reads the table: whether this incarnation takes part, and the store has not lost what it had said. */
  async #isStillMember(): Promise<boolean> {
    const known = this.#view.version;
    const table = await readTable(this.#setup.space);
    this.#see(table);
    const { id, incarnation } = this.identity;
    return table.version >= known && isLive(table, id, incarnation);
  }

  async #enter(state: Exclude<MemberState, "up" | "dead">): Promise<void> {
    const { clock } = this.#setup;
    for (let tries = 1; !this.#over; tries += 1) {
      try {
        const { table } = await changeTable(
          this.#setup,
          () => this.#lease.ref,
          (now) => withState(now, this.identity, state, clock.wallMs()),
        );
        return this.#see(table);
      } catch (error) {
        const stale = error instanceof StoreError && error.code === "stale-guard";
        if (!stale) throw error;
        if (tries === mostTries) throw this.#notHeld(error);
        await this.renew();
      }
    }
  }

  #notHeld(cause: StoreError): ClusterError {
    const { id } = this.identity;
    return new ClusterError("busy", `another node has the lease of "${id}" at the moment`, {
      retryable: true,
      ids: { node: id },
      cause,
    });
  }

  /** Looks and renewals may read at once: an answer that came late is no step back. */
  #see(table: TableView): void {
    if (table.version <= this.#view.version) return;
    this.#view = table;
    this.#ages.see(table);
  }

  #end(): "lost" {
    this.#over = true;
    return "lost";
  }
}
