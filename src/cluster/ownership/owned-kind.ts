import type { Address, Context, Props } from "../../kernel/index.ts";
import { nameShape, type Space } from "../../store/index.ts";
import type { RemoteProtocol } from "../remote/index.ts";
import type { Grant } from "./grant.ts";

/** More would not fit the list of one kind's fences into one page. */
export const mostShards = 256;

/** What a kind of owned actor is made of. */
export interface OwnedKindParts<State, Message, Sent extends Message = Message> {
  /** The only one of its cluster; matches `nameShape`. */
  readonly name: string;
  /** Where its data is. Its fences are the records `owner/<name>/<shard>` there. */
  readonly space: Space;
  /** 1 … 256, the same on every node. With 1 it is a singleton. */
  readonly shards: number;
  /** Only nodes with this role own it. Absent: every node may. */
  readonly role?: string;
  /** What `Context.shard` lets any actor of the cluster send to it; best from a `shardKind`. Absent: nothing. */
  readonly protocol?: RemoteProtocol<Sent>;
  /** The actor that owns a shard. It is restarted with the same grant when it fails. */
  readonly props: (grant: Grant) => Props<State, Message>;
}

/** A kind of thing of which at most one node effectively owns each shard; as data, whatever its actors understand. */
export interface OwnedKind {
  readonly name: string;
  readonly space: Space;
  readonly shards: number;
  readonly role: string | undefined;
  readonly protocol: RemoteProtocol<never> | undefined;
  /** Starts the actor that owns the shard of this grant. */
  spawn(parent: Pick<Context<never>, "spawn">, name: string, grant: Grant): Address<never>;
}

/** @throws RangeError for a name or a number of shards outside its bounds */
export const ownedKind = <State, Message, Sent extends Message = Message>(
  parts: OwnedKindParts<State, Message, Sent>,
): OwnedKind => {
  const { name, space, shards, role, protocol, props } = parts;
  if (!nameShape.test(name)) {
    throw new RangeError(`a kind of owned actor cannot be called ${JSON.stringify(name)}: use a-z 0-9 . -, at most 64`);
  }
  if (!Number.isInteger(shards) || shards < 1 || shards > mostShards) {
    throw new RangeError(`${name} cannot have ${shards} shards: use a whole number from 1 to ${mostShards}`);
  }
  return { name, space, shards, role, protocol, spawn: (parent, child, grant) => parent.spawn(props(grant), child) };
};
