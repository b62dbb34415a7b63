import type { ShardKind } from "../../kernel/index.ts";
import type { RemoteProtocol } from "../remote/index.ts";

/** What a kind is called and what it understands: all that those need who send to it. */
export interface ShardKindParts<in Message> {
  /** As of `ownedKind`. */
  readonly name: string;
  /** 1 … 256. */
  readonly shards: number;
  /** Only nodes with this role own it. Absent: every node may. */
  readonly role?: string;
  /** With a name of at most 57 characters. */
  readonly protocol: RemoteProtocol<Message>;
}

/** A kind whose shards `Context.shard` finds. A plain value, the same on all nodes. */
export interface AddressableKind<in Message> extends ShardKind<Message>, ShardKindParts<Message> {}

const longestProtocolName = 57;

/**
 * Describes a kind of owned actor to those that send to it; `ownedKind({ ...kind, space, props })` makes it one that a node can own.
 *
 * @throws RangeError for a protocol whose name is too long
 */
export const shardKind = <Message>(parts: ShardKindParts<Message>): AddressableKind<Message> => {
  if (parts.protocol.name.length > longestProtocolName) {
    throw new RangeError(
      `${parts.name}: the name of a protocol of shards has at most ${longestProtocolName} characters`,
    );
  }
  return { ...parts };
};
