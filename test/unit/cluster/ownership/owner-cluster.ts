import { setImmediate as nextTurn } from "node:timers/promises";
import { seededRandom } from "../../../../src/base/random.ts";
import { takesPart, type MemberState, type MemberView, type TableView } from "../../../../src/cluster/index.ts";
import {
  ownedKind,
  spawnOwnership,
  type Grant,
  type HandedOver,
  type OwnedKind,
  type OwnershipMessage,
} from "../../../../src/cluster/ownership/index.ts";
import { ActorSystem, SeededDispatcher, type Address } from "../../../../src/kernel/index.ts";
import { StoreError, type Space } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { actor } from "../../../support/actors.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import type { OwnershipEvent, OwnershipFact } from "../../../support/invariants/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { spiedSpace } from "./spied-space.ts";

/** How long the store keeps a lease, and how long its holder trusts it. */
export const leaseMs = 3_000;
const ownMs = 2_400;
const renewEveryMs = 1_000;
/** Turns of the event loop in which nothing happened, after which nothing is going to happen at this instant. */
const stillTurns = 3;

export interface KindShape {
  readonly name: string;
  readonly shards: number;
  readonly role?: string;
  /** Runs when the actor of a shard begins a life. */
  readonly begun?: (grant: Grant) => void;
  /** Is awaited before the actor of a shard has ended. */
  readonly ending?: () => Promise<void>;
}

/** One node: real ownership actors, told by the test where the node stands. */
export class OwnerNode {
  readonly id: string;
  readonly incarnation: string;
  readonly log = new CapturedLog();
  readonly system: ActorSystem;
  readonly space: Space;
  /** Every grant it was ever given, in order. */
  readonly grants: Grant[] = [];
  readonly #cluster: OwnerCluster;
  readonly #dispatcher: SeededDispatcher;
  readonly #address: Address<OwnershipMessage>;
  untilMs = Number.NEGATIVE_INFINITY;
  lastRenewalMs = Number.NEGATIVE_INFINITY;
  /** `silent`: its lease is not renewed, all else goes on. */
  state: "up" | "frozen" | "silent" = "up";
  store: "up" | "down" | "deaf" = "up";
  /** It left, was declared dead, or its id belongs to another incarnation, and it knows. */
  ended = false;
  /** The table has known it. */
  #present = false;
  /** Calls that wait for the node to be thawed. */
  #waiting: (() => void)[] = [];

  constructor(cluster: OwnerCluster, id: string, incarnation: string, kinds: readonly KindShape[]) {
    this.#cluster = cluster;
    this.id = id;
    this.incarnation = incarnation;
    this.#dispatcher = new SeededDispatcher(seededRandom(cluster.seed));
    this.system = new ActorSystem({
      node: id,
      log: this.log.logger,
      clock: cluster.clock,
      random: seededRandom(cluster.seed),
      dispatchers: { default: this.#dispatcher, system: this.#dispatcher },
    });
    this.space = spiedSpace(cluster.space, (run) => this.#carry(run), {
      owner: `${id}/${incarnation}`,
      nowMs: () => cluster.clock.monotonicMs(),
      deadlineMs: () => this.untilMs,
      heard: (event) => cluster.history.push(event),
    });
    // Only at the first spawn below the root: what is below it is spawned by itself.
    let ownership: Address<OwnershipMessage> | undefined;
    this.system.spawn(
      actor<never>(() => undefined, {
        dispatcher: "system",
        initial: (context) => {
          ownership = spawnOwnership(context, {
            self: { id, incarnation },
            kinds: kinds.map((shape) => this.#kind(shape)),
            standing: () => ({ view: cluster.view, untilMs: this.untilMs }),
          });
        },
      }),
      "system",
    );
    while (ownership === undefined && this.step());
    if (ownership === undefined) throw new Error("the node has not begun");
    this.#address = ownership;
  }

  /** Lets one actor handle one message. False: there is nothing to do, or the node is frozen. */
  step(): boolean {
    return this.state !== "frozen" && this.#dispatcher.step();
  }

  /** Renews the lease, unless the table says that this incarnation is over: then the node is lost. */
  renew(): void {
    const nowMs = this.#cluster.clock.monotonicMs();
    const row = this.#cluster.view.members.find(({ id }) => id === this.id);
    const present = row?.incarnation === this.incarnation && takesPart(row);
    this.#present ||= present;
    if (this.#present && !present) {
      this.ended = true;
      this.tell({ type: "lost" });
      return;
    }
    this.lastRenewalMs = nowMs;
    this.untilMs = nowMs + ownMs;
    this.tell({ type: "lease", untilMs: this.untilMs });
    for (const owned of this.owned) this.note(owned, { type: "renewed", deadlineMs: this.untilMs });
  }

  tell(message: OwnershipMessage): void {
    this.#address.tell(message);
  }

  handOver(withinMs = 10_000): Promise<HandedOver> {
    return this.#address.ask<HandedOver>((replyTo) => ({ type: "hand-over", replyTo }), withinMs);
  }

  thaw(): void {
    this.state = "up";
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Grants that are not over, whether or not their deadline has passed. */
  get owned(): readonly Grant[] {
    return this.grants.filter((grant) => grant.deadlineMs() > Number.NEGATIVE_INFINITY);
  }

  /** Paths of the owned actors that live. */
  get running(): readonly string[] {
    const paths: string[] = [];
    const pending = [this.system.tree()];
    for (let view = pending.pop(); view !== undefined; view = pending.pop()) {
      if (/^\/system\/(singletons\/.|shards\/.+\/.)/.test(view.path)) paths.push(view.path);
      pending.push(...view.children);
    }
    return paths.sort();
  }

  /** Writes down what was done under the grant. */
  note({ kind, shard, token }: Pick<Grant, "kind" | "shard" | "token">, fact: OwnershipFact): void {
    const owner = `${this.id}/${this.incarnation}`;
    const atMs = this.#cluster.clock.monotonicMs();
    this.#cluster.history.push({ ...fact, key: `owner/${kind}/${shard}`, token, owner, atMs });
  }

  #kind({ name, shards, role, begun, ending }: KindShape): OwnedKind {
    const { events } = this.#cluster;
    return ownedKind({
      name,
      space: this.space,
      shards,
      ...(role === undefined ? {} : { role }),
      props: (grant) => {
        this.grants.push(grant);
        return actor<never>(() => undefined, {
          initial: () => {
            events.push(`${this.id} starts ${name}/${grant.shard}`);
            begun?.(grant);
          },
          stopped: async () => {
            await ending?.();
            events.push(`${this.id} stopped ${name}/${grant.shard}`);
            // Nothing runs under this grant any more, so its interval has ended, whether or not the fence is released.
            this.note(grant, { type: "released" });
          },
        });
      },
    });
  }

  async #carry<Output>(run: () => Output): Promise<Output> {
    await this.#thawed();
    if (this.store === "down") throw noAnswer();
    const output = run();
    await this.#thawed();
    if (this.store === "deaf") throw noAnswer();
    return output;
  }

  async #thawed(): Promise<void> {
    if (this.state === "frozen") await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

const noAnswer = (): StoreError => new StoreError("deadline", "no answer", { retryable: true });

/** Nodes that own on one store, with time and the table in the hands of the test. */
export class OwnerCluster {
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

  #nextRenewalInMs(): number {
    const nowMs = this.clock.monotonicMs();
    return Math.max(
      0.001,
      ...[Math.min(...this.#renewing().map((node) => node.lastRenewalMs + renewEveryMs - nowMs), 1e9)],
    );
  }
}
