import { StoreError } from "../../store/index.ts";
import { changeTable } from "../change-table.ts";
import { declareDead, type Declarer } from "../declare-dead.ts";
import { leaseName, leaseOwner, type NodeLease } from "../node-lease.ts";
import type { MemberView, Table, TableView } from "../table.ts";
import { withRows } from "../table-rows.ts";
import type { SilentPeer } from "./suspects.ts";
import type { VoteAges } from "./vote-ages.ts";
import { condemnedBy, withBallot, type IsFresh } from "./votes.ts";

/** Part of the lease: how long a peer has to be silent to be suspected. */
const silencePart = 1 / 3;

/**
 * Who does not answer, as far as this node can judge that; `undefined`: it cannot now, since it was not there all the time itself. Asked
 * anew before each step, since time passes between them.
 */
export type Witness = () => readonly SilentPeer[] | undefined;

/** What came of one judgement, by the ids of the nodes. */
export interface Verdict {
  readonly suspected: readonly string[];
  readonly withdrawn: readonly string[];
  /** Declared dead by this node. */
  readonly declared: readonly string[];
}

const nothing: Verdict = { suspected: [], withdrawn: [], declared: [] };

export interface JurySetup extends Declarer {
  readonly lease: NodeLease;
  readonly ages: VoteAges;
  /** The latest table that this node knows. */
  readonly view: () => TableView;
  /** Told of each table that it has read. */
  readonly see: (table: Table) => void;
}

/**
 * This node's part in declaring members dead that are silent, before their leases have run out: it says in the table whom it suspects,
 * and when enough others do too, takes the lease from the one who is suspected.
 */
export class Jury {
  readonly #setup: JurySetup;
  readonly #isFresh: IsFresh;

  constructor(setup: JurySetup) {
    this.#setup = setup;
    this.#isFresh = (member, vote) => setup.ages.isFresh(member, vote);
  }

  /** Whether there is anything to say or to do, by the table as this node knows it. */
  isDue(witness: Witness): boolean {
    const view = this.#setup.view();
    return this.#ballot(view, witness) !== undefined || this.#condemned(view, witness).length > 0;
  }

  /**
   * Says whom this node suspects, and whom no more, and declares dead whom enough suspect. Nothing unless it has had the store without a
   * gap for as long as a lease holds. Rejects with a StoreError or ClusterError `busy`: try again if it is retryable.
   */
  async judge(witness: Witness): Promise<Verdict> {
    if (!this.#isSteady()) return nothing;
    const before = this.#setup.view();
    try {
      await this.#vote(witness);
    } catch (error) {
      // Somebody else has this node's lease: its next renewal finds out what that means.
      if (error instanceof StoreError && error.code === "stale-guard") return nothing;
      throw error;
    }
    const after = this.#setup.view();
    const [had, has] = [this.#suspectedIn(before), this.#suspectedIn(after)];
    const declared: string[] = [];
    for (const member of this.#condemned(after, witness)) {
      if (await this.#declare(member, witness)) declared.push(member.id);
    }
    return {
      suspected: [...has].filter((id) => !had.has(id)),
      withdrawn: [...had].filter((id) => !has.has(id)),
      declared,
    };
  }

  async #vote(witness: Witness): Promise<void> {
    const { lease, clock } = this.#setup;
    const { table } = await changeTable(
      this.#setup,
      () => lease.ref,
      (now) => {
        const rows = this.#ballot(now, witness);
        return rows === undefined ? undefined : withRows(now, rows, clock.wallMs());
      },
    );
    this.#setup.see(table);
  }

  /**
   * Under the lease of the one who is declared dead, and only while this node itself is a member against whom there are not enough votes:
   * who was declared dead, or is going to be, can declare nobody.
   */
  async #declare(member: MemberView, witness: Witness): Promise<boolean> {
    const { space, identity, lease, see } = this.#setup;
    const { deadlineMs } = lease;
    const [own, held] = await space.leases.look([leaseName(identity.id), leaseName(member.id)]);
    lease.compare(own, deadlineMs);
    // Without a lease to take, it has run out, and is dead without any votes.
    if (held?.owner !== leaseOwner(member) || !this.#isSteady()) return false;
    const stands = (now: TableView): boolean =>
      this.#condemned(now, witness).some(
        ({ id, incarnation }) => id === member.id && incarnation === member.incarnation,
      );
    if (!stands(this.#setup.view())) return false;
    const table = await declareDead(this.#setup, member, { token: held.token, stands });
    if (table === undefined) return false;
    see(table);
    return true;
  }

  #ballot(view: TableView, witness: Witness): readonly MemberView[] | undefined {
    const { identity, clock } = this.#setup;
    const silent = this.#silent(witness);
    return silent === undefined ? undefined : withBallot(view, identity, silent, this.#isFresh, clock.wallMs());
  }

  /** Those against whom there are enough votes, and who do not answer this node either. */
  #condemned(view: TableView, witness: Witness): readonly MemberView[] {
    const silent = this.#silent(witness);
    return silent === undefined ? [] : condemnedBy(view, this.#setup.identity, this.#isFresh).filter(silent);
  }

  #silent(witness: Witness): ((member: MemberView) => boolean) | undefined {
    const leastMs = this.#setup.leaseMs * silencePart;
    const peers = witness()?.filter(({ silentMs }) => silentMs >= leastMs);
    if (peers === undefined) return undefined;
    const names = new Set(peers.map(({ node, incarnation }) => leaseOwner({ id: node, incarnation })));
    return (member) => names.has(leaseOwner(member));
  }

  #suspectedIn({ members }: TableView): ReadonlySet<string> {
    const { id, incarnation } = this.#setup.identity;
    const byThis = members.filter(({ suspicions = [] }) =>
      suspicions.some((vote) => vote.by === id && vote.byIncarnation === incarnation),
    );
    return new Set(byThis.map((member) => member.id));
  }

  #isSteady(): boolean {
    return this.#setup.lease.steadyMs() >= this.#setup.leaseMs;
  }
}
