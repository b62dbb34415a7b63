import type { Address } from "../address.ts";
import type { ReplyTo } from "../mail/ask.ts";
import { askActor } from "../mail/ask-actor.ts";
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

  ask<Reply>(build: (replyTo: ReplyTo<Reply>) => Message, timeoutMs: number, signal?: AbortSignal): Promise<Reply> {
    return askActor(this.#cell.services.asks, this.#cell, build, timeoutMs, signal);
  }

  /** The cell behind an address; `undefined` for an actor of another node. */
  static cellOf(address: Address<never>): ActorCell | undefined {
    return address instanceof LocalAddress ? address.#cell : undefined;
  }

  toString(): string {
    return `${this.node}${this.path}#${this.incarnation}`;
  }

  toJSON(): { node: string; path: string; incarnation: number } {
    return { node: this.node, path: this.path, incarnation: this.incarnation };
  }
}
