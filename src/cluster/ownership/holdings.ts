import type { Address } from "../../kernel/index.ts";
import type { HeldGrant } from "./held-grant.ts";

/** A shard that this node holds, and what runs for it. */
export interface Holding {
  readonly grant: HeldGrant;
  /** `ended`: nothing runs (any more); the fence is still to be released. */
  phase: "running" | "stopping" | "ended";
  /** What its end leads to: the fence is released, or is not this node's to write any more. */
  after: "release" | "forget";
  /** `undefined`: none could be started. */
  readonly actor: Address<never> | undefined;
}

/** The shards of one kind that this node holds. */
export class Holdings {
  readonly #byShard = new Map<number, Holding>();

  get size(): number {
    return this.#byShard.size;
  }

  has(shard: number): boolean {
    return this.#byShard.has(shard);
  }

  all(): readonly Holding[] {
    return [...this.#byShard.values()];
  }

  /** The holding of this very grant, if it is still held. */
  find(grant: HeldGrant): Holding | undefined {
    const holding = this.#byShard.get(grant.shard);
    return holding?.grant === grant ? holding : undefined;
  }

  add(holding: Holding): void {
    this.#byShard.set(holding.grant.shard, holding);
  }

  delete(shard: number): void {
    this.#byShard.delete(shard);
  }

  /** Tokens, by shard, of what has ended and is to be released. */
  ended(): ReadonlyMap<number, number> {
    const ended = this.all().filter(({ phase }) => phase === "ended");
    return new Map(ended.map(({ grant }) => [grant.shard, grant.token]));
  }

  /** Shards for which something runs, or has not ended yet. */
  alive(): ReadonlySet<number> {
    return new Set(
      this.all()
        .filter(({ phase }) => phase !== "ended")
        .map(({ grant }) => grant.shard),
    );
  }
}
