import type { Clock } from "../../base/clock.ts";
import type { MemberView, Suspicion, TableView } from "../table.ts";

/**
 * How long this node has known each suspicion of the table, on its own clock: the clocks of machines differ, so the time that a voter
 * wrote beside it says nothing. As many as the table has suspicions.
 */
export class VoteAges {
  readonly #clock: Clock;
  readonly #leaseMs: number;
  #seenAtMs: ReadonlyMap<string, number> = new Map();

  constructor(clock: Clock, leaseMs: number) {
    this.#clock = clock;
    this.#leaseMs = leaseMs;
  }

  /** To be told of every table that this node reads. */
  see({ members }: TableView): void {
    const nowMs = this.#clock.monotonicMs();
    const names = members.flatMap((member) => (member.suspicions ?? []).map((vote) => nameOf(member, vote)));
    this.#seenAtMs = new Map(names.map((name) => [name, this.#seenAtMs.get(name) ?? nowMs]));
  }

  /** It has not been there for a lease's time. One that was never seen is new. */
  isFresh(member: MemberView, vote: Suspicion): boolean {
    const nowMs = this.#clock.monotonicMs();
    return nowMs - (this.#seenAtMs.get(nameOf(member, vote)) ?? nowMs) < this.#leaseMs;
  }
}

const nameOf = (member: MemberView, vote: Suspicion): string =>
  `${member.id}.${member.incarnation} ${vote.by}.${vote.byIncarnation} ${vote.atMs}`;
