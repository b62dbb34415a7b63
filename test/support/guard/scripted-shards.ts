import type { OwnedKind } from "../../../src/cluster/index.ts";
import { shardOf } from "../../../src/cluster/index.ts";
import { guardKind, type ShardMessage } from "../../../src/actors/guard/index.ts";
import type { Address, ActorSystem, ShardKind } from "../../../src/kernel/index.ts";
import { actor } from "../actors.ts";

/** Does what a test wants with a message to a shard. */
export type ShardScript = (message: ShardMessage, shard: number) => void;

/** The shards of the guard as actors of one system that do what a test says. */
export class ScriptedShards {
  /** What each was told, in order. */
  readonly heard: { readonly shard: number; readonly message: ShardMessage }[] = [];
  readonly #addresses: readonly Address<ShardMessage>[];
  #script: ShardScript;

  constructor(system: ActorSystem, script: ShardScript) {
    this.#script = script;
    this.#addresses = Array.from({ length: guardKind.shards }, (_, shard) =>
      system.spawn(
        actor<ShardMessage>((message) => {
          this.heard.push({ shard, message });
          this.#script(message, shard);
        }),
        `scripted-${shard}`,
      ),
    );
  }

  script(script: ShardScript): void {
    this.#script = script;
  }

  address<Message>(_kind: ShardKind<Message>, key: string): Address<Message> {
    const address = this.#addresses[shardOf(key, guardKind.shards)];
    // They are only those of the guard.
    return address as Address<Message>;
  }

  owner(_kind: Pick<OwnedKind, "name">, shard: number): string | undefined {
    return shard === 7 ? undefined : `node-${shard % 3}`;
  }
}
