import type { Clock } from "../../base/clock.ts";
import { KernelError, type ActorSystem, type Address, type OpenAsk, type ReplyTo } from "../../kernel/index.ts";
import type { NodeRef } from "../links/index.ts";
import { ownerOf, type OwnedKind } from "../ownership/index.ts";
import type { Remote, RemoteProtocol } from "../remote/index.ts";
import { isLive, type TableView } from "../table.ts";
import type { ShardCounters, ShardDrop } from "./counts.ts";
import { hand } from "./hand.ts";
import { Inbox, type Arrival } from "./inbox.ts";
import { Lane, type Parcel } from "./lane.ts";
import type { Route } from "./route.ts";
import { controls, type RouterMessage } from "./routed-protocol.ts";
import { RouterPort } from "./router-port.ts";

export interface KindShardsSetup {
  readonly kind: OwnedKind;
  readonly protocol: RemoteProtocol<never>;
  readonly self: NodeRef;
  readonly system: ActorSystem;
  readonly remote: Remote;
  readonly clock: Clock;
  readonly counters: ShardCounters;
  /** Something waits: `look` is to be called until nothing does. */
  readonly waits: (waiting: Waits) => void;
}

/** Something in which messages wait. */
export interface Waits {
  /** @returns whether anything still waits */
  look(nowMs: number): boolean;
  /** Gives up whatever waits. */
  close(): void;
}

/** The path of the actor of a shard, on the node that owns it. */
export const shardPath = ({ name, shards }: Pick<OwnedKind, "name" | "shards">, shard: number): string =>
  shards === 1 ? `/system/singletons/${name}` : `/system/shards/${name}/${shard}`;

/** The shards of one kind as one node knows them: what it sends to each, and what comes to those that it owns. */
export class KindShards {
  readonly kind: OwnedKind;
  readonly port: RouterPort;
  readonly #setup: KindShardsSetup;
  readonly #lanes: readonly Lane[];
  readonly #inboxes: readonly Inbox[];
  #view: TableView = { version: 0, members: [] };
  /** By that table. */
  #owners: readonly (NodeRef | undefined)[] = [];

  constructor(setup: KindShardsSetup) {
    const { kind, protocol, remote, system, self, counters, clock, waits } = setup;
    this.kind = kind;
    this.#setup = setup;
    this.port = new RouterPort(kind, protocol, remote, system);
    const common = {
      counters,
      waits,
      nowMs: () => clock.monotonicMs(),
      version: () => this.#view.version,
      drop: (shard: number, message: object, ask: ReplyTo<unknown> | undefined, why: ShardDrop) =>
        this.#drop(shard, message, ask, why),
    };
    const laneSetup = {
      ...common,
      self,
      owner: (shard: number) => this.owner(shard),
      lives: ({ node, incarnation }: NodeRef) => isLive(this.#view, node, incarnation),
      reaches: (node: NodeRef) => this.isHere(node) || remote.reaches(node),
      send: (to: NodeRef, route: Route, parcel: Parcel) => this.#send(to, route, parcel),
      barrier: (to: NodeRef, route: Route) => this.#barrier(to, route),
      trace: () => (system.tracing.enabled ? system.tracing.current() : undefined),
    };
    const inboxSetup = {
      ...common,
      hand: (actor: Address<never>, arrival: Arrival) => this.#hand(actor, arrival),
      giveBack: (arrival: Arrival, refusedTo: number) => this.#giveBack(arrival, refusedTo),
      passed: (route: Route) => this.#passed(route),
    };
    const shards = Array.from({ length: kind.shards }, (_, shard) => shard);
    this.#lanes = shards.map((shard) => new Lane(laneSetup, shard));
    this.#inboxes = shards.map(() => new Inbox(inboxSetup));
  }

  /** By the latest table. */
  owner(shard: number): NodeRef | undefined {
    return this.#owners[shard];
  }

  isHere({ node, incarnation }: NodeRef): boolean {
    return node === this.#setup.self.node && incarnation === this.#setup.self.incarnation;
  }

  /** The actor that runs for a shard on this node, if the node owns it. */
  actor(shard: number): Address<never> | undefined {
    return this.#inboxes[shard]?.actor;
  }

  send(shard: number, message: object, ask: OpenAsk | undefined): boolean {
    return this.#lane(shard).send(message, ask);
  }

  /** What the router of this node got from another one. */
  arrived({ type, route, message, replyTo }: RouterMessage): void {
    const trace = this.#setup.system.tracing.current();
    if (type === controls.passed) this.#lane(route.shard).passed(route.way);
    else if (type === controls.returnedAsk) this.#lane(route.shard).returned(route, undefined);
    else if (type === controls.barrier) this.#arrive({ route, message: undefined, replyTo: undefined, trace });
    else if (route.refusedTo !== undefined) this.#lane(route.shard).returned(route, message);
    else this.#arrive({ route, message, replyTo, trace });
  }

  /** To be told of each new table, after the links. One that is not newer changes nothing. */
  tableChanged(view: TableView): void {
    if (view.version <= this.#view.version) return;
    this.#view = view;
    this.#owners = this.#lanes.map((_, shard) => {
      const owner = ownerOf(view, this.kind, shard);
      return owner === undefined ? undefined : { node: owner.id, incarnation: owner.incarnation };
    });
    for (const [shard, inbox] of this.#inboxes.entries()) {
      const owner = this.owner(shard);
      inbox.tableChanged(owner !== undefined && this.isHere(owner));
    }
    for (const lane of this.#lanes) lane.tableChanged();
  }

  started(shard: number, actor: Address<never>): void {
    this.#inboxes[shard]?.started(actor);
  }

  ended(shard: number, actor: Address<never>): void {
    this.#inboxes[shard]?.ended(actor);
  }

  close(): void {
    for (const each of [...this.#lanes, ...this.#inboxes]) each.close();
  }

  #lane(shard: number): Lane {
    const lane = this.#lanes[shard];
    if (lane === undefined) throw new RangeError(`${this.kind.name} has no shard ${shard}`);
    return lane;
  }

  #arrive(arrival: Arrival): boolean {
    return this.#inboxes[arrival.route.shard]?.arrive(arrival) ?? false;
  }

  #send(to: NodeRef, route: Route, parcel: Parcel): boolean {
    if (!this.isHere(to)) return this.port.send(to, route, parcel);
    const { message, ask: replyTo, trace } = parcel;
    return this.#arrive({ route, message, replyTo, trace });
  }

  #barrier(to: NodeRef, route: Route): void {
    if (this.isHere(to)) this.#arrive({ route, message: undefined, replyTo: undefined, trace: undefined });
    else this.port.barrier(to, route);
  }

  #passed(route: Route): void {
    if (this.isHere(route.origin)) this.#lane(route.shard).passed(route.way);
    else this.port.passed(route);
  }

  #giveBack(arrival: Arrival, refusedTo: number): void {
    this.#setup.counters.returned += 1;
    const route = { ...arrival.route, version: this.#view.version, refusedTo };
    const { message, replyTo } = arrival;
    if (this.isHere(route.origin)) {
      this.#lane(route.shard).returned(route, replyTo === undefined ? message : undefined);
    } else if (!this.port.giveBack(arrival, route)) replyTo?.fail(this.#unreachable(route.shard, "full"));
  }

  #hand(actor: Address<never>, { message, replyTo, trace }: Arrival): boolean {
    if (message === undefined) return false;
    const { tracing } = this.#setup.system;
    const handed = tracing.enabled
      ? tracing.run(trace, () => hand(actor, message, replyTo))
      : hand(actor, message, replyTo);
    if (handed) this.#setup.counters.handed += 1;
    return handed;
  }

  #drop(shard: number, message: object, ask: ReplyTo<unknown> | undefined, why: ShardDrop): void {
    // Not of an ask whose asker has given up: it knows.
    if (ask?.fail(this.#unreachable(shard, why)) === false) return;
    this.#setup.counters.dropped[why] += 1;
    const target = { path: shardPath(this.kind, shard), incarnation: 0 };
    this.#setup.system.deadLetters.recordUnsent(target, "unreachable", message);
  }

  #unreachable(shard: number, why: ShardDrop): KernelError {
    const { name } = this.kind;
    return new KernelError("unreachable", `shard ${shard} of ${name} cannot be reached for now: ${why}`, {
      retryable: true,
      ids: { kind: name, shard, reason: why },
    });
  }
}
