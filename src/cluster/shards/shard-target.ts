import { KernelError, type Address, type OpenAsk, type RemoteCell, type RemotePort } from "../../kernel/index.ts";
import { shardPath, type KindShards } from "./kind-shards.ts";
import type { ShardsMessage } from "./shards-actor.ts";

/** The way to one shard, wherever it lives; one for each shard, so that all who watch it watch it once. */
export class ShardTarget implements RemotePort {
  readonly #kind: KindShards;
  readonly #shard: number;
  /** `/shards`. */
  readonly #watches: Address<ShardsMessage>;

  constructor(kind: KindShards, shard: number, watches: Address<ShardsMessage>) {
    this.#kind = kind;
    this.#shard = shard;
    this.#watches = watches;
  }

  tell(_cell: RemoteCell, message: unknown): boolean {
    return this.#kind.send(this.#shard, typed(message), undefined);
  }

  ask(_cell: RemoteCell, message: unknown, ask: OpenAsk): void {
    this.#kind.send(this.#shard, typed(message), ask);
  }

  watch(cell: RemoteCell): void {
    if (!this.#watches.tell({ type: "watch", kind: this.#kind, shard: this.#shard, cell })) cell.ended();
  }

  unwatch(cell: RemoteCell): void {
    this.#watches.tell({ type: "unwatch", cell });
  }

  stop(): Promise<void> {
    const path = shardPath(this.#kind.kind, this.#shard);
    return Promise.reject(
      new KernelError("refused", `${path} belongs to the node that owns it, which alone may stop it`, {
        ids: { path },
      }),
    );
  }
}

/** An address was typed by its kind, all of whose messages have a type. */
const typed = (message: unknown): object => message as object;
