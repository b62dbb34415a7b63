import { unreachable } from "../../base/unreachable.ts";
import { same, type Address, type Context, type Props, type RemoteCell } from "../../kernel/index.ts";
import { remoteProtocol, type Remote } from "../remote/index.ts";
import { shardPath, type KindShards } from "./kind-shards.ts";
import type { RouterMessage } from "./routed-protocol.ts";

/** What `/shards` is told. */
export type ShardsMessage =
  /** An actor of this node runs for a shard. */
  | { readonly type: "started"; readonly kind: KindShards; readonly shard: number; readonly actor: Address<never> }
  /** It has ended. */
  | { readonly type: "ended"; readonly kind: KindShards; readonly shard: number; readonly actor: Address<never> }
  /** Actors of this node wait for the end of whatever runs for a shard. */
  | { readonly type: "watch"; readonly kind: KindShards; readonly shard: number; readonly cell: RemoteCell }
  | { readonly type: "unwatch"; readonly cell: RemoteCell }
  | { readonly type: "over"; readonly cell: RemoteCell };

/** State is mutable and private to the actor. What is watched for each cell. */
type Watched = Map<RemoteCell, Address<never>>;

/** The name that the paths of shards are exported by: they are watched there, and sent to through the router alone. */
export const watchedProtocol = remoteProtocol<never>({ name: "shards.watched", messages: {} });

const actorOf = (remote: Remote, kind: KindShards, shard: number): Address<never> | undefined => {
  const owner = kind.owner(shard);
  if (owner === undefined) return undefined;
  if (kind.isHere(owner)) return kind.actor(shard);
  const { node, incarnation: nodeIncarnation } = owner;
  return remote.addressOf(watchedProtocol, {
    node,
    nodeIncarnation,
    path: shardPath(kind.kind, shard),
    incarnation: 0,
  });
};

const watch = (
  remote: Remote,
  watched: Watched,
  { kind, shard, cell }: Extract<ShardsMessage, { readonly type: "watch" }>,
  context: Context<ShardsMessage>,
): void => {
  const actor = actorOf(remote, kind, shard);
  if (actor === undefined) return cell.ended();
  watched.set(cell, actor);
  context.watch(actor, { type: "over", cell });
};

/** Messages of one kind from other nodes. */
const routerProps = (kind: KindShards): Props<undefined, RouterMessage> => ({
  behavior: {
    initial: () => undefined,
    receive: (_, message) => {
      kind.arrived(message);
      return same;
    },
  },
});

/** `/shards`: hears of the ends of actors, above one router for each kind, `/shards/<kind>`. */
export const shardsProps = (kinds: readonly KindShards[], remote: Remote): Props<Watched, ShardsMessage> => ({
  dispatcher: "system",
  behavior: {
    initial: (context) => {
      for (const kind of kinds) context.spawn(routerProps(kind), kind.kind.name);
      return new Map();
    },
    receive: (watched, message, context) => {
      switch (message.type) {
        case "started": {
          const { kind, shard, actor } = message;
          context.watch(actor, { type: "ended", kind, shard, actor });
          return same;
        }
        case "ended":
          message.kind.ended(message.shard, message.actor);
          return same;
        case "watch":
          watch(remote, watched, message, context);
          return same;
        case "unwatch": {
          const actor = watched.get(message.cell);
          watched.delete(message.cell);
          if (actor !== undefined) context.unwatch(actor);
          return same;
        }
        case "over":
          watched.delete(message.cell);
          message.cell.ended();
          return same;
        default:
          return unreachable(message);
      }
    },
    stopped: (watched) => {
      for (const cell of watched.keys()) cell.ended();
    },
  },
});
