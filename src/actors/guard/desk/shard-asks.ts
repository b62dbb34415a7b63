import { asError } from "../../../base/errors.ts";
import { KernelError, type Address, type ReplyTo, type ShardPort } from "../../../kernel/index.ts";
import { InterceptionError } from "../errors.ts";
import type { ShardMessage } from "../service/shard-message.ts";
import { guardKind } from "../service/shard-protocol.ts";
import { shardKeys } from "../service/records/shard-keys.ts";

/** What one shard answered, or why it did not. */
export type ShardAnswer<Reply> =
  | { readonly shard: number; readonly ok: true; readonly reply: Reply }
  | { readonly shard: number; readonly ok: false; readonly error: InterceptionError };

/** A question to a shard, around the way to answer it. */
export type Question<Reply> = (replyTo: ReplyTo<Reply>) => ShardMessage;

/** Questions to the owners of the shards by number, wherever they live. Each has a deadline. */
export class ShardAsks {
  readonly #addresses: () => readonly Address<ShardMessage>[];
  readonly #askMs: number;

  constructor(shards: ShardPort, askMs: number) {
    let known: readonly Address<ShardMessage>[] | undefined;
    // The node knows its shards only once it has joined.
    this.#addresses = () => (known ??= shardKeys(guardKind.shards).map((key) => shards.address(guardKind, key)));
    this.#askMs = askMs;
  }

  /**
   * @param askMs how long the answer may take, if not as long as any
   * @throws InterceptionError `unavailable`: whether it was done is not known
   */
  async ask<Reply>(
    shard: number,
    question: Question<Reply>,
    signal?: AbortSignal,
    askMs = this.#askMs,
  ): Promise<Reply> {
    const address = this.#addresses()[shard];
    if (address === undefined) throw new InterceptionError("invalid", `there is no shard ${shard}`);
    try {
      return await address.ask(question, askMs, signal);
    } catch (thrown) {
      throw unavailable(shard, asError(thrown));
    }
  }

  /** All shards at the same time, in their order. Never rejects. */
  each<Reply>(question: Question<Reply>): Promise<readonly ShardAnswer<Reply>[]> {
    return Promise.all(
      this.#addresses().map(async (_, shard): Promise<ShardAnswer<Reply>> => {
        try {
          return { shard, ok: true, reply: await this.ask(shard, question) };
        } catch (thrown) {
          return { shard, ok: false, error: unavailable(shard, asError(thrown)) };
        }
      }),
    );
  }

  /** Tells all shards, none of which has to hear it. */
  tell(message: ShardMessage): void {
    for (const address of this.#addresses()) address.tell(message);
  }
}

const unavailable = (shard: number, cause: Error): InterceptionError => {
  if (cause instanceof InterceptionError) return cause;
  const why = cause instanceof KernelError ? cause.code : "it failed";
  return new InterceptionError("unavailable", `shard ${shard} of the guard does not answer (${why}): try again`, {
    retryable: true,
    ids: { shard },
    cause,
  });
};
