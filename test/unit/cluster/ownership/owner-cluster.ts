import { setImmediate as nextTurn } from "node:timers/promises";
import type { MemberState, MemberView, TableView } from "../../../../src/cluster/index.ts";
import type { Space } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import type { OwnershipEvent } from "../../../support/invariants/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { OwnerNode, type KindShape, type OwnerWorld } from "./owner-node.ts";

/** How long the store keeps a lease. */
export const leaseMs = 3_000;
const renewEveryMs = 1_000;
/** Turns of the event loop in which nothing happened, after which nothing is going to happen at this instant. */
const stillTurns = 3;

/** Nodes that own on one store, with time and the table in the hands of the test. */
export class OwnerCluster implements OwnerWorld {
  readonly clock = new ManualClock();
  /** As nobody's link is in the way. */
  readonly space: Space;
  readonly seed: number;
  /** What owned actors did, over all nodes. */
  readonly events: string[] = [];
  /** What the store did, over all nodes. */
  readonly history: OwnershipEvent[] = [];
  readonly nodes: OwnerNode[] = [];
  readonly #kinds: readonly KindShape[];
  view: TableView = { version: 1, members: [] };

  constructor(kinds: readonly KindShape[], seed = 1) {
    this.#kinds = kinds;
    this.seed = seed;
    this.space = openMemoryStore(createMemoryDatabase({ clock: this.clock })).space("data");
  }

  /** A node with a lease, which the table does not know yet. */
  start(id: string, incarnation = "first"): OwnerNode {
    const node = new OwnerNode(this, id, incarnation, this.#kinds);
    this.nodes.push(node);
    node.renew();
    return node;
  }

  /** The node is in the table, and every node knows. */
  async join(id: string, incarnation = "first"): Promise<OwnerNode> {
    const node = this.start(id, incarnation);
    await this.enter({ [id]: "up" });
    return node;
  }

  /** Changes the table and tells every node. */
  async enter(states: Readonly<Record<string, MemberState>>): Promise<void> {
    this.change(states);
    for (const node of this.nodes) node.tell({ type: "table", view: this.view });
    await this.settle();
  }

  /** Changes the table and tells nobody. */
  change(states: Readonly<Record<string, MemberState>>): void {
    const members = new Map(this.view.members.map((member) => [member.id, member]));
    for (const [id, state] of Object.entries(states)) members.set(id, this.#row(id, state));
    this.view = { version: this.view.version + 1, members: [...members.values()] };
    for (const node of this.nodes) node.entered ||= members.get(node.id)?.incarnation === node.incarnation;
  }

  /** Lets everything happen that can at this instant. */
  async settle(): Promise<void> {
    for (let still = 0; still < stillTurns;) {
      let steps = 0;
      for (const node of this.nodes) while (node.step()) steps += 1;
      await nextTurn();
      still = steps === 0 ? still + 1 : 0;
    }
  }

  /** Moves time on; leases are renewed on the way. */
  async advance(ms: number): Promise<void> {
    await this.settle();
    const untilMs = this.clock.monotonicMs() + ms;
    for (let leftMs = ms; leftMs > 0; leftMs = untilMs - this.clock.monotonicMs()) {
      this.clock.advance(Math.min(leftMs, Math.max(this.clock.nextInMs ?? leftMs, 0.001), this.#nextRenewalInMs()));
      for (const node of this.#renewing()) {
        if (this.clock.monotonicMs() - node.lastRenewalMs >= renewEveryMs) node.renew();
      }
      await this.settle();
    }
  }

  /** Completes `work`, with time moving on. */
  async complete<Result>(work: Promise<Result>, mostMs = 10_000): Promise<Result> {
    let done = false;
    const finish = (): void => void (done = true);
    work.then(finish, finish);
    const untilMs = this.clock.monotonicMs() + mostMs;
    for (await this.settle(); !done; await this.advance(20)) {
      if (this.clock.monotonicMs() > untilMs) throw new Error(`not done: ${this.events.slice(-20).join("; ")}`);
    }
    return work;
  }

  /** Commits to the space so far. */
  async commits(): Promise<number> {
    return this.space.revision();
  }

  async stop(): Promise<void> {
    for (const node of this.nodes) node.thaw();
    await this.complete(Promise.all(this.nodes.map(({ system }) => system.stop())));
  }

  #row(id: string, state: MemberState): MemberView {
    const incarnation = this.nodes.findLast((node) => node.id === id)?.incarnation ?? "first";
    const roles = id.startsWith("worker") ? ["work"] : [];
    const address = "127.0.0.1:1";
    return { id, incarnation, address, httpAddress: address, roles, pid: 1, version: "0", state, startedAtMs: 0 };
  }

  #renewing(): readonly OwnerNode[] {
    return this.nodes.filter(({ state, ended }) => state === "up" && !ended);
  }

  /** Time never stands still, so that a renewal that is due now does not end the way. */
  #nextRenewalInMs(): number {
    const nowMs = this.clock.monotonicMs();
    const dueInMs = this.#renewing().map(({ lastRenewalMs }) => lastRenewalMs + renewEveryMs - nowMs);
    return Math.max(0.001, Math.min(...dueInMs, renewEveryMs));
  }
}
