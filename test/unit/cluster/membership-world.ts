import assert from "node:assert/strict";
import {
  ClusterError,
  readTable,
  takesPart,
  type Membership,
  type MemberView,
  type Suspicion,
  type TableView,
} from "../../../src/cluster/index.ts";
import { StoreError, type LeaseView } from "../../../src/store/index.ts";
import type { Carry } from "../../../src/store/memory/index.ts";
import { leaseMs, TestCluster } from "./test-cluster.ts";

/** One process. */
interface Life {
  readonly id: string;
  readonly incarnation: string;
  membership: Membership | undefined;
  /** It has ended, is lost, or was killed: it makes no more calls. */
  over: boolean;
  frozen: boolean;
}

/** A call that has not reached the store yet. */
interface PendingCall {
  readonly life: Life;
  readonly answer: (lost: "no" | "answer" | "call") => void;
}

export const happenings = [
  "joined",
  "regained",
  "contested",
  "lost",
  "declared",
  "seized",
  "replaced",
  "left",
] as const;
export type Happening = (typeof happenings)[number];

const ids = ["a", "b", "c", "d"] as const;

/**
 * Processes of a few nodes, whose calls reach the store one by one in whatever order they are let, with whatever time between them. After
 * each call the table and the leases are checked against what they were.
 */
export class MembershipWorld {
  readonly cluster = new TestCluster();
  readonly counts = new Map<Happening, number>();
  readonly #lives: Life[] = [];
  readonly #pending: PendingCall[] = [];
  #table: TableView = { version: 0, members: [] };
  /** Incarnations that had a row that has ended, or was replaced. */
  readonly #ended = new Set<string>();
  /** Incarnations against which there once were enough votes. */
  readonly #suspected = new Set<string>();
  /** Until when others hold the leases that they seized. */
  readonly #seizedUntilMs = new Map<string, number>();
  /** Incarnations that ended after their lease was seized. */
  readonly #condemned = new Set<string>();
  /** Until when the store said that an incarnation holds the lease of its node. */
  readonly #heldUntilMs = new Map<string, number>();
  readonly #failures: unknown[] = [];

  /** Starts a process of this node, whatever other ones it has. */
  start(which: number): void {
    const id = ids[which % ids.length] ?? "a";
    const life: Life = {
      ...{ id, incarnation: `${this.#lives.length + 1}`, membership: undefined },
      ...{ over: false, frozen: false },
    };
    this.#lives.push(life);
    const carry: Carry = (run) =>
      new Promise((resolve, reject) => {
        const answer = (lost: "no" | "answer" | "call"): void => {
          try {
            if (lost === "call") throw noAnswer();
            const output = run();
            if (lost === "answer") throw noAnswer();
            resolve(output);
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        };
        this.#pending.push({ life, answer });
      });
    this.cluster.joining(id, { incarnation: life.incarnation, link: { carry } }).then(
      (membership) => {
        life.membership = membership;
        this.#count("joined");
      },
      () => (life.over = true),
    );
  }

  renew(which: number): void {
    this.#do(which, async (membership, life) => {
      const renewal = await membership.renew();
      if (renewal === "held") return;
      this.#count(renewal);
      if (renewal === "lost") life.over = true;
    });
  }

  look(which: number): void {
    this.#do(which, async (membership, life) => {
      const { lost, declared } = await membership.look();
      if (lost) life.over = true;
      for (const id of declared) {
        assert.notEqual(id, life.id, "a node declared itself dead");
        this.#count("declared");
      }
    });
  }

  /** Hears nothing of one other node, or of some. */
  judge(which: number): void {
    this.#do(which, async (membership, life) => {
      const deaf = ids.filter((id, index) => id !== life.id && (which + index) % 3 > 0);
      const silent = this.#lives.filter(({ id }) => deaf.some((each) => each === id));
      const { declared } = await membership.judge(() =>
        life.over ? undefined : silent.map(({ id, incarnation }) => ({ node: id, incarnation, silentMs: leaseMs })),
      );
      for (const id of declared) {
        assert.notEqual(id, life.id, "a node declared itself dead");
        this.#count("seized");
      }
    });
  }

  drain(which: number): void {
    this.#do(which, (membership) => membership.drain());
  }

  leave(which: number): void {
    this.#do(which, async (membership, life) => {
      life.over = true;
      await membership.leave();
    });
  }

  /** Its calls that are under way may still reach the store. */
  kill(which: number): void {
    const life = this.#living(which);
    if (life !== undefined) life.over = true;
  }

  freeze(which: number): void {
    const life = this.#living(which);
    if (life !== undefined) life.frozen = true;
  }

  thawAll(): void {
    for (const life of this.#lives) life.frozen = false;
  }

  /** Lets one call reach the store; it, or its answer, may get lost. */
  async call(which: number, lost: "no" | "answer" | "call"): Promise<void> {
    const ready = this.#pending.filter(({ life }) => !life.frozen);
    const call = ready[which % Math.max(1, ready.length)];
    if (call === undefined) return;
    this.#pending.splice(this.#pending.indexOf(call), 1);
    call.answer(lost);
    await this.#check();
  }

  async pass(ms: number): Promise<void> {
    this.cluster.clock.advance(ms);
    await this.#check();
  }

  /** A third of a lease in which all that run renew and look, and every call arrives. */
  async calm(): Promise<void> {
    for (let which = 0; which < this.#lives.length; which += 1) {
      this.renew(which);
      this.look(which);
    }
    await this.cluster.turns();
    for (let calls = 0; this.#pending.some(({ life }) => !life.frozen); calls += 1) {
      assert.ok(calls < 10_000, "the calls do not come to an end");
      await this.call(0, "no");
    }
    await this.pass(leaseMs / 3);
  }

  /** Nothing fails any more: those that live agree with the table, which names them and nobody else. */
  async heal(): Promise<void> {
    this.thawAll();
    for (let round = 0; round < 15; round += 1) await this.calm();
    const alive = this.#lives.filter(({ over, membership }) => !over && membership !== undefined);
    // Without anybody there is nobody who could say so.
    if (alive.length === 0) return;
    assert.deepEqual(this.#table.members.filter(takesPart).map(nameOf).toSorted(), alive.map(nameOf).toSorted());
    for (const { membership } of alive) assert.equal(membership?.view().version, this.#table.version);
  }

  #do(which: number, work: (membership: Membership, life: Life) => Promise<void>): void {
    const life = this.#living(which);
    if (life?.membership === undefined) return;
    work(life.membership, life).catch((error: unknown) => {
      const told = error instanceof StoreError || error instanceof ClusterError;
      const expected = told && (error.retryable || error.code === "stale-guard");
      if (!expected) this.#failures.push(error);
    });
  }

  #living(which: number): Life | undefined {
    const life = this.#lives[which % Math.max(1, this.#lives.length)];
    return life === undefined || life.over || life.frozen ? undefined : life;
  }

  async #check(): Promise<void> {
    await this.cluster.turns();
    assert.deepEqual(this.#failures, []);
    const nowMs = this.cluster.clock.monotonicMs();
    const before = this.#table;
    const table = await readTable(this.cluster.space);
    this.#table = table;
    assert.ok(table.version >= before.version, "the version went back");
    if (table.version === before.version) assert.deepEqual(table.members, before.members);
    assert.equal(new Set(table.members.map(({ id }) => id)).size, table.members.length, "two rows of one node");
    for (const was of before.members) this.#checkRow(was, before, table, nowMs);
    for (const member of table.members) {
      if (takesPart(member)) assert.ok(!this.#ended.has(nameOf(member)), `${nameOf(member)} came back`);
    }
    await this.#noteLeases(nowMs);
    // One whose lease was seized may believe in it until it asks: what it writes is refused.
    const relying = this.#lives.filter(
      (life) => !life.over && !this.#condemned.has(nameOf(life)) && (life.membership?.ownDeadlineMs() ?? 0) > nowMs,
    );
    for (const life of relying) {
      assert.ok(!this.#ended.has(nameOf(life)), `${nameOf(life)} relies on its lease, and its row has ended`);
    }
    assert.equal(new Set(relying.map(({ id }) => id)).size, relying.length, "two incarnations rely on one lease");
  }

  #checkRow(was: MemberView, before: TableView, table: TableView, nowMs: number): void {
    const is = table.members.find(({ id }) => id === was.id);
    if (is !== undefined && is.incarnation === was.incarnation && takesPart(is)) return;
    const name = nameOf(was);
    this.#ended.add(name);
    if (!takesPart(was)) return;
    const replaced = is?.incarnation !== was.incarnation;
    if (replaced) this.#count("replaced");
    else if (is?.state === "left") return this.#count("left");
    const seizedUntilMs = this.#seizedUntilMs.get(name);
    if (seizedUntilMs === undefined) {
      const untilMs = this.#heldUntilMs.get(name) ?? 0;
      assert.ok(untilMs <= nowMs, `${name} lost its row ${untilMs - nowMs} ms before its lease ran out`);
      return;
    }
    this.#condemned.add(name);
    // Who seized its lease has vanished: it ran out.
    if (seizedUntilMs <= nowMs) return;
    const survivors = (enoughVotes(was, before) ?? []).filter((vote) => isUpIn(table, vote));
    assert.ok(survivors.length > 0, `${name} lost its row without enough votes of members that survive it`);
  }

  async #noteLeases(nowMs: number): Promise<void> {
    const leases = await this.cluster.space.leases.look(ids.map((id) => `node/${id}`));
    for (const row of this.#table.members) {
      if (enoughVotes(row, this.#table) !== undefined) this.#suspected.add(nameOf(row));
    }
    for (const [index, id] of ids.entries()) {
      const lease = leases[index];
      const row = this.#table.members.find((member) => member.id === id);
      if (row !== undefined && takesPart(row)) this.#noteHolder(nameOf(row), lease, nowMs);
      if (lease?.owner.startsWith(`${id}.`) === true) this.#heldUntilMs.set(lease.owner, nowMs + lease.leftMs);
    }
  }

  /** A lease is seized only from who had enough votes against it, and handed back if they are not enough any more. */
  #noteHolder(name: string, lease: LeaseView | undefined, nowMs: number): void {
    const seizedUntilMs = this.#seizedUntilMs.get(name);
    if (lease?.owner === name) {
      this.#seizedUntilMs.delete(name);
    } else if (seizedUntilMs !== undefined) {
      assert.ok(lease !== undefined || seizedUntilMs <= nowMs, `${name} was left without its lease`);
    } else if (lease !== undefined && (this.#heldUntilMs.get(name) ?? 0) > nowMs) {
      assert.ok(this.#suspected.has(name), `${lease.owner} seized the lease of ${name} without enough votes`);
      this.#seizedUntilMs.set(name, nowMs + lease.leftMs);
    }
  }

  #count(what: Happening): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }
}

const nameOf = ({ id, incarnation }: Pick<MemberView, "id" | "incarnation">): string => `${id}.${incarnation}`;

const isUpIn = ({ members }: TableView, { by, byIncarnation }: Suspicion): boolean =>
  members.some(({ id, incarnation, state }) => id === by && incarnation === byIncarnation && state === "up");

/** The votes of members that are up against one that is up, if they are enough to end it. */
const enoughVotes = (row: MemberView, table: TableView): readonly Suspicion[] | undefined => {
  const others = table.members.filter(({ id, state }) => id !== row.id && state === "up");
  const votes = (row.suspicions ?? []).filter((vote) => isUpIn(table, vote));
  return row.state === "up" && votes.length > 0 && votes.length >= Math.min(2, others.length) ? votes : undefined;
};

const noAnswer = (): StoreError => new StoreError("deadline", "no answer", { retryable: true });
