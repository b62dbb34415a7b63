import type { Clock } from "../../../../src/base/clock.ts";
import { seededRandom } from "../../../../src/base/random.ts";
import { takesPart, type TableView } from "../../../../src/cluster/index.ts";
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
import { actor } from "../../../support/actors.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import type { OwnershipEvent, OwnershipFact } from "../../../support/invariants/index.ts";
import { spiedSpace } from "./spied-space.ts";

/** How long the holder of a lease trusts it. */
const ownMs = 2_400;

export interface KindShape {
  readonly name: string;
  readonly shards: number;
  readonly role?: string;
  /** Runs when the actor of a shard begins a life. */
  readonly begun?: (grant: Grant) => void;
  /** Is awaited before the actor of a shard has ended. */
  readonly ending?: () => Promise<void>;
}

/** What the nodes of one cluster share, and the test decides. */
export interface OwnerWorld {
  readonly clock: Clock;
  readonly seed: number;
  readonly space: Space;
  readonly view: TableView;
  readonly events: string[];
  readonly history: OwnershipEvent[];
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
  readonly #world: OwnerWorld;
  readonly #dispatcher: SeededDispatcher;
  readonly #address: Address<OwnershipMessage>;
  untilMs = Number.NEGATIVE_INFINITY;
  lastRenewalMs = Number.NEGATIVE_INFINITY;
  /** `silent`: its lease is not renewed, all else goes on. */
  state: "up" | "frozen" | "silent" = "up";
  store: "up" | "down" | "deaf" | "slow" = "up";
  /** Runs between what the store does and its answer. */
  onAnswer: (() => void) | undefined;
  /** The table has had a row for it. */
  entered = false;
  /** It left, was declared dead, or its id belongs to another incarnation, and it knows. */
  ended = false;
  /** Calls to the store while it was `slow`: nobody waits for them any more, and they have not been made yet. */
  #late: (() => Promise<unknown>)[] = [];
  /** Calls that wait for the node to be thawed. */
  #waiting: (() => void)[] = [];

  constructor(world: OwnerWorld, id: string, incarnation: string, kinds: readonly KindShape[]) {
    this.#world = world;
    this.id = id;
    this.incarnation = incarnation;
    this.#dispatcher = new SeededDispatcher(seededRandom(world.seed));
    this.system = new ActorSystem({
      node: id,
      log: this.log.logger,
      clock: world.clock,
      random: seededRandom(world.seed),
      dispatchers: { default: this.#dispatcher, system: this.#dispatcher },
    });
    this.space = spiedSpace(world.space, (call) => this.#carry(call), {
      owner: `${id}/${incarnation}`,
      nowMs: () => world.clock.monotonicMs(),
      deadlineMs: () => this.untilMs,
      heard: (event) => world.history.push(event),
    });
    // Only at the first spawn below the root: what is below it is spawned by itself.
    let ownership: Address<OwnershipMessage> | undefined;
    this.system.spawn(
      actor<never>(() => undefined, {
        dispatcher: "system",
        initial: (context) => {
          ({ ownership } = spawnOwnership(context, {
            self: { id, incarnation },
            kinds: kinds.map((shape) => this.#kind(shape)),
            standing: () => ({ view: world.view, untilMs: this.untilMs }),
          }));
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
    const nowMs = this.#world.clock.monotonicMs();
    const row = this.#world.view.members.find(({ id }) => id === this.id);
    const present = row?.incarnation === this.incarnation && takesPart(row);
    if (this.entered && !present) {
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

  /** What was sent while the store was `slow` arrives there. */
  async arrive(): Promise<void> {
    await Promise.allSettled(this.#late.splice(0).map((call) => call()));
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
    const atMs = this.#world.clock.monotonicMs();
    this.#world.history.push({ ...fact, key: `owner/${kind}/${shard}`, token, owner, atMs });
  }

  #kind({ name, shards, role, begun, ending }: KindShape): OwnedKind {
    const { events } = this.#world;
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

  async #carry<Output>(call: () => Promise<Output>): Promise<Output> {
    await this.#thawed();
    if (this.store === "down") throw noAnswer();
    if (this.store === "slow") {
      this.#late.push(call);
      throw noAnswer();
    }
    const output = await call();
    this.onAnswer?.();
    await this.#thawed();
    if (this.store === "deaf") throw noAnswer();
    return output;
  }

  async #thawed(): Promise<void> {
    if (this.state === "frozen") await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

const noAnswer = (): StoreError => new StoreError("deadline", "no answer", { retryable: true });
