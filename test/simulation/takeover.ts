import type { Violation } from "../support/invariants/index.ts";
import type { Cluster } from "./cluster.ts";
import { fencesTaken, ownershipOf } from "./ownership-of.ts";
import { nodeLeaseMs } from "./node-settings.ts";
import type { SimulatedNode } from "./simulated-node.ts";
import type { World } from "./world.ts";

/** What a takeover may take beyond the lease of the node that is gone. */
const beyondLeaseMs = 1_000;

/** A node that owns something crashes for good while nothing else goes wrong: others have to take what it had within a lease and a second. */
export class Takeover {
  /** What it owned. */
  readonly keys: readonly string[];
  readonly #world: World;
  readonly #cluster: Cluster;
  readonly #owner: string;
  /** The crash, or the last renewal of its lease if that came after it. */
  #heldSinceMs: number;
  readonly #taken = new Set<string>();
  /** How much of the history has been looked at. */
  #seen: number;

  private constructor(world: World, cluster: Cluster, node: SimulatedNode, keys: readonly string[]) {
    this.#world = world;
    this.#cluster = cluster;
    this.keys = keys;
    this.#seen = cluster.store.history.length;
    this.#owner = node.name;
    this.#heldSinceMs = world.clock.monotonicMs();
    world.trace(`takeover of ${keys.length} from ${node.name}`);
    world.count("fault: crash an owner in the calm");
    world.calm = true;
    cluster.lose(node);
  }

  /** Crashes a live node that owns something; `undefined` if there is none. */
  static begin(world: World, cluster: Cluster): Takeover | undefined {
    const owned = holdings(cluster);
    const owners = cluster.live.filter(({ name }) => owned.has(name));
    const node = owners[world.random.below(Math.max(1, owners.length))];
    return node === undefined ? undefined : new Takeover(world, cluster, node, owned.get(node.name) ?? []);
  }

  get over(): boolean {
    return this.#untaken().length === 0 || this.#world.clock.monotonicMs() > this.#latestMs;
  }

  check(): Violation[] {
    return this.#untaken().map((key) => ({
      invariant: "I16",
      message: `${key} was not taken over within ${nodeLeaseMs + beyondLeaseMs} ms after its node had crashed`,
      at: this.#cluster.store.history.length,
      about: key,
    }));
  }

  get #latestMs(): number {
    return this.#heldSinceMs + nodeLeaseMs + beyondLeaseMs;
  }

  /** Looks at what the store has accepted since the last call. */
  #untaken(): readonly string[] {
    const { history } = this.#cluster.store;
    for (; this.#seen < history.length; this.#seen += 1) {
      const event = history[this.#seen];
      if (event === undefined) continue;
      // A renewal that was under way when the node crashed counts: nobody can take anything before that has run out.
      if (event.type === "renewed" && event.owner === this.#owner) this.#heldSinceMs = event.atMs;
      if (event.atMs > this.#latestMs) continue;
      for (const { key } of fencesTaken(event)) this.#taken.add(key);
    }
    return this.keys.filter((key) => !this.#taken.has(key));
  }
}

/** The fences that each incarnation holds. */
const holdings = ({ store }: Cluster): ReadonlyMap<string, readonly string[]> => {
  const owners = new Map<string, string>();
  for (const { type, key, owner } of ownershipOf(store.history)) {
    if (!key.startsWith("owner/")) continue;
    if (type === "granted") owners.set(key, owner);
    if (type === "released") owners.delete(key);
  }
  const held = new Map<string, string[]>();
  for (const [key, owner] of owners) held.set(owner, [...(held.get(owner) ?? []), key]);
  return held;
};
