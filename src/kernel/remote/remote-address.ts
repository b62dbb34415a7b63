import type { Address } from "../address.ts";
import type { AskTable, ReplyTo } from "../mail/ask.ts";
import { askActor } from "../mail/ask-actor.ts";
import type { RemoteActorCell } from "./remote-actor-cell.ts";

/** The address of an actor of another node. */
export class RemoteAddress<in Message> implements Address<Message> {
  readonly #cell: RemoteActorCell;
  readonly #asks: AskTable;

  constructor(cell: RemoteActorCell, asks: AskTable) {
    this.#cell = cell;
    this.#asks = asks;
  }

  get node(): string {
    return this.#cell.node;
  }

  get path(): string {
    return this.#cell.path;
  }

  /** 0: whoever is at the path when a message arrives. */
  get incarnation(): number {
    return this.#cell.incarnation;
  }

  tell(message: Message): boolean {
    return this.#cell.deliver(message);
  }

  ask<Reply>(build: (replyTo: ReplyTo<Reply>) => Message, timeoutMs: number, signal?: AbortSignal): Promise<Reply> {
    return askActor(this.#asks, this.#cell, build, timeoutMs, signal);
  }

  /** The cell behind an address; `undefined` for what is no actor of another node. */
  static cellOf(address: Address<never>): RemoteActorCell | undefined {
    return address instanceof RemoteAddress ? address.#cell : undefined;
  }

  toString(): string {
    return `${this.node}${this.path}#${this.incarnation}`;
  }

  toJSON(): { node: string; path: string; incarnation: number } {
    return { node: this.node, path: this.path, incarnation: this.incarnation };
  }
}
