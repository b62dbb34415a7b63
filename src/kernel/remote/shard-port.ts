import type { Address } from "../address.ts";

declare const protocol: unique symbol;

/** Names a kind of actor that is spread over the nodes by keys, and says what it understands. */
export interface ShardKind<in Message> {
  /** Ties the kind to its protocol; never present at run time. */
  readonly [protocol]?: (message: Message) => void;
  readonly name: string;
}

/** Finds the actor that answers for a key, wherever it lives. */
export interface ShardPort {
  /** @throws KernelError `no-shards` for a kind that this node does not know */
  address<Message>(kind: ShardKind<Message>, key: string): Address<Message>;
}
