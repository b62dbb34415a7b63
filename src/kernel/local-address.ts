import type { Address } from "./address.ts";
import type { OpenAsk, ReplyTo } from "./ask.ts";
import type { ActorCell } from "./actor-cell.ts";

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
    if (!(timeoutMs > 0)) throw new RangeError(`the timeout of an ask is above 0 milliseconds, not ${timeoutMs}`);
    return new Promise<Reply>((resolve, reject) => {
      // The reply type is tied to the message by `build`; the table holds asks of every type.
      const settle = resolve as (reply: unknown) => void;
      const ask: OpenAsk = this.#cell.services.asks.add(this.#cell, timeoutMs, settle, reject);
      try {
        ask.message = build(ask);
      } catch (error) {
        ask.fail(error as Error);
        return;
      }
      this.#cell.deliver(ask);
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
