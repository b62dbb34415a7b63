import type { Clock, Timer } from "../../base/clock.ts";
import { KernelError, type ActorSystem, type Address, type ShardKind, type ShardPort } from "../../kernel/index.ts";
import type { NodeRef } from "../links/index.ts";
import type { OwnedKind } from "../ownership/index.ts";
import type { Remote } from "../remote/index.ts";
import type { TableView } from "../table.ts";
import { lookEveryMs } from "./bounds.ts";
import { ShardCounters, type ShardCounts } from "./counts.ts";
import { KindShards, shardPath, type Waits } from "./kind-shards.ts";
import { routerPath } from "./router-port.ts";
import type { AddressableKind } from "./shard-kind.ts";
import { shardOf } from "./shard-of.ts";
import { ShardTarget } from "./shard-target.ts";
import { shardsProps, watchedProtocol, type ShardsMessage } from "./shards-actor.ts";

export interface ShardsSetup {
  readonly system: ActorSystem;
  readonly remote: Remote;
  readonly clock: Clock;
  /** This life of this node. */
  readonly self: NodeRef;
  /** What is owned in the cluster. Those with a protocol can be sent to. */
  readonly kinds: readonly OwnedKind[];
}

interface Known {
  readonly shards: KindShards;
  readonly addresses: readonly Address<never>[];
}

/** The shards of all kinds, for the actors of one node: what is behind `Context.shard`. One for each node. */
export class Shards implements ShardPort {
  /** What the node has to own instead of the kinds it was given, so that their actors are known here. */
  readonly kinds: readonly OwnedKind[];
  readonly #known: ReadonlyMap<string, Known>;
  readonly #counters = new ShardCounters();
  readonly #clock: Clock;
  readonly #waiting = new Set<Waits>();
  #timer: Timer | undefined;
  #closed = false;

  /** Spawns `/shards` and exports what other nodes need. @throws KernelError `name-in-use`, RangeError for two kinds of one name */
  constructor({ system, remote, clock, self, kinds }: ShardsSetup) {
    this.#clock = clock;
    const waits = (waiting: Waits): void => this.#wait(waiting);
    const byName = new Map<string, KindShards>();
    for (const kind of kinds) {
      const { protocol, name } = kind;
      if (protocol === undefined) continue;
      byName.set(
        name,
        new KindShards({ kind, protocol, self, system, remote, clock, counters: this.#counters, waits }),
      );
    }
    const known = [...byName.values()];
    const actor = system.spawn(shardsProps(known, remote), "shards");
    for (const shards of known) {
      remote.export(routerPath(shards.kind), shards.port.protocol);
      const first = shardPath(shards.kind, 0);
      remote.export(shards.kind.shards === 1 ? first : `${first.slice(0, -1)}*`, watchedProtocol);
    }
    this.#known = new Map(
      known.map((shards) => [shards.kind.name, { shards, addresses: addressesOf(system, shards, actor) }]),
    );
    this.kinds = kinds.map((kind) => {
      const shards = byName.get(kind.name);
      return shards === undefined ? kind : announced(kind, shards, actor);
    });
  }

  address<Message>(kind: ShardKind<Message>, key: string): Address<Message> {
    const known = this.#known.get(kind.name);
    // A kind with shards is made by `shardKind`, with what its actors understand.
    const { protocol } = kind as Partial<AddressableKind<Message>>;
    if (known === undefined || known.shards.kind.protocol !== protocol) {
      throw new KernelError("no-shards", `this node knows no kind "${kind.name}" with this protocol to send to`, {
        ids: { kind: kind.name },
      });
    }
    const address = known.addresses[shardOf(key, known.addresses.length)];
    // The protocol is the one of the kind's actors.
    return address as Address<Message>;
  }

  /** Id of the node that owns a shard by the latest table; undefined: none does. */
  owner({ name }: Pick<OwnedKind, "name">, shard: number): string | undefined {
    return this.#known.get(name)?.shards.owner(shard)?.node;
  }

  /** To be told of each new table of members, after `Remote.tableChanged`. */
  tableChanged(view: TableView): void {
    if (this.#closed) return;
    for (const { shards } of this.#known.values()) shards.tableChanged(view);
  }

  counts(): ShardCounts {
    return this.#counters.snapshot();
  }

  /** Whatever waits becomes a dead letter, and nothing waits any more. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    for (const { shards } of this.#known.values()) shards.close();
    this.#waiting.clear();
  }

  #wait(waiting: Waits): void {
    if (this.#closed) {
      waiting.close();
      return;
    }
    this.#waiting.add(waiting);
    if (this.#timer === undefined) this.#timer = this.#clock.after(lookEveryMs, this.#look, true);
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    const nowMs = this.#clock.monotonicMs();
    const looked = [...this.#waiting];
    this.#waiting.clear();
    for (const waiting of looked) if (waiting.look(nowMs)) this.#wait(waiting);
  };
}

const addressesOf = (
  system: ActorSystem,
  shards: KindShards,
  actor: Address<ShardsMessage>,
): readonly Address<never>[] =>
  Array.from({ length: shards.kind.shards }, (_, shard) =>
    // No node has this id: whoever is asked for the node of the address learns that there is none for good.
    system.remoteAddress<never>(new ShardTarget(shards, shard, actor), {
      node: "*",
      path: shardPath(shards.kind, shard),
      incarnation: 0,
    }),
  );

const announced = (kind: OwnedKind, shards: KindShards, actor: Address<ShardsMessage>): OwnedKind => ({
  ...kind,
  spawn: (parent, name, grant) => {
    const spawned = kind.spawn(parent, name, grant);
    actor.tell({ type: "started", kind: shards, shard: grant.shard, actor: spawned });
    shards.started(grant.shard, spawned);
    return spawned;
  },
});
