import type { Address } from "../address.ts";
import { asError } from "../../base/errors.ts";
import { AskEnvelope, type OpenAsk, type ReplyTo } from "../mail/ask.ts";
import type { ActorCell } from "./actor-cell.ts";
import { KernelError } from "../errors.ts";

const longestTimeoutMs = 2 ** 31 - 1;

/** The address of an actor of this node. */
export class LocalAddress<in Message> implements Address<Message> {
  readonly #cell: ActorCell;

  constructor(cell: ActorCell) {
    this.#cell = cell;
  }

  get node(): string {
    return this.#cell.services.node;
  }

  get path(): string {
    return this.#cell.path;
  }

  get incarnation(): number {
    return this.#cell.incarnation;
  }

  tell(message: Message): boolean {
    return this.#cell.deliver(message);
  }

  ask<Reply>(build: (replyTo: ReplyTo<Reply>) => Message, timeoutMs: number): Promise<Reply> {
    return new Promise<Reply>((resolve, reject) => {
      if (!(timeoutMs <= longestTimeoutMs)) {
        throw new RangeError(`the timeout of an ask is at most ${longestTimeoutMs} milliseconds, not ${timeoutMs}`);
      }
      if (timeoutMs <= 0) {
        throw new KernelError("ask-timeout", `the deadline had passed before ${this.path} was asked`, {
          retryable: true,
          ids: { path: this.path, incarnation: this.incarnation },
        });
      }
      // The reply type is tied to the message by `build`; the table holds asks of every type.
      const settle = resolve as (reply: unknown) => void;
      const ask: OpenAsk = this.#cell.services.asks.add(this.#cell, timeoutMs, settle, reject);
      let message: Message;
      try {
        message = build(ask);
      } catch (thrown) {
        ask.fail(asError(thrown));
        return;
      }
      this.#cell.deliver(new AskEnvelope(ask, message));
    });
  }

  /** The cell behind an address of this node. @throws TypeError for what the kernel did not make */
  static cellOf(address: Address<never>): ActorCell {
    if (address instanceof LocalAddress) return address.#cell;
    throw new TypeError("not an address of this node");
  }

  toString(): string {
    return `${this.node}${this.path}#${this.incarnation}`;
  }

  toJSON(): { node: string; path: string; incarnation: number } {
    return { node: this.node, path: this.path, incarnation: this.incarnation };
  }
}
