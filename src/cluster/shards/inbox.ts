import type { TraceContext } from "../../base/trace-context.ts";
import type { Address, ReplyTo } from "../../kernel/index.ts";
import { shardBounds } from "./bounds.ts";
import type { ShardCounters, ShardDrop } from "./counts.ts";
import type { Route } from "./route.ts";

/** Something that was sent to a shard of this node. */
export interface Arrival {
  readonly route: Route;
  /** `undefined`: a barrier. */
  readonly message: object | undefined;
  /** Of an ask. */
  readonly replyTo: ReplyTo<unknown> | undefined;
  readonly trace: TraceContext | undefined;
}

interface Waiting {
  readonly arrival: Arrival;
  readonly untilMs: number;
}

/** What an inbox needs of its node. */
export interface InboxSetup {
  readonly counters: ShardCounters;
  readonly nowMs: () => number;
  /** Of the latest table of members. */
  readonly version: () => number;
  readonly hand: (actor: Address<never>, arrival: Arrival) => boolean;
  /** Sends a message back to its origin. */
  readonly giveBack: (arrival: Arrival, refusedTo: number) => void;
  readonly passed: (barrier: Route) => void;
  readonly drop: (shard: number, message: object, ask: ReplyTo<unknown> | undefined, why: ShardDrop) => void;
  /** Something waits: `look` is to be called until nothing does. */
  readonly waits: (inbox: Inbox) => void;
}

/**
 * What comes to one shard on this node, from all nodes, in one order. Handed to the actor if this node owns the shard; sent back if it does
 * not, or has not owned it without a break since the message was sent, so that none is handled after later ones that went to the owner in
 * between. It waits while this node has yet to take the fence, or to see the table by which the message was sent.
 */
export class Inbox {
  readonly #setup: InboxSetup;
  #actor: Address<never> | undefined;
  /** Version of the table since which this node owns the shard, by every table that it has seen. */
  #since: number | undefined;
  #queue: Waiting[] = [];
  #busy = false;

  constructor(setup: InboxSetup) {
    this.#setup = setup;
  }

  /** @returns false: it is a dead letter, or was refused by the actor */
  arrive(arrival: Arrival): boolean {
    if (this.#queue.length > 0 || this.#busy) return this.#wait(arrival);
    const settled = this.#settle(arrival);
    return settled === "waits" ? this.#wait(arrival) : settled;
  }

  /** @param owns by the latest table */
  tableChanged(owns: boolean): void {
    this.#since = owns ? (this.#since ?? this.#setup.version()) : undefined;
    this.#drain();
  }

  started(actor: Address<never>): void {
    this.#actor = actor;
    this.#drain();
  }

  ended(actor: Address<never>): void {
    if (this.#actor === actor) this.#actor = undefined;
  }

  /** The actor that runs here for the shard, if this node owns it. */
  get actor(): Address<never> | undefined {
    return this.#since === undefined ? undefined : this.#actor;
  }

  /** @returns whether anything still waits */
  look(nowMs: number): boolean {
    for (let first = this.#queue[0]; first !== undefined && first.untilMs <= nowMs; first = this.#queue[0]) {
      this.#queue.shift();
      this.#expire(first.arrival);
    }
    this.#drain();
    return this.#queue.length > 0;
  }

  /** Gives up whatever waits. */
  close(): void {
    for (const { arrival } of this.#queue.splice(0)) this.#expire(arrival);
  }

  #settle(arrival: Arrival): boolean | "waits" {
    const { hand, giveBack, passed, version } = this.#setup;
    const { message, route } = arrival;
    if (message === undefined) {
      passed(route);
      return true;
    }
    if (route.version > version()) return "waits";
    if (this.#since === undefined || route.version < this.#since) {
      giveBack(arrival, this.#since === undefined ? version() : this.#since - 1);
      return true;
    }
    return this.#actor === undefined ? "waits" : hand(this.#actor, arrival);
  }

  #drain(): void {
    if (this.#busy) return;
    this.#busy = true;
    for (let first = this.#queue[0]; first !== undefined; first = this.#queue[0]) {
      if (this.#settle(first.arrival) === "waits") break;
      this.#queue.shift();
      if (first.arrival.message !== undefined) this.#setup.counters.waiting -= 1;
    }
    this.#busy = false;
  }

  #wait(arrival: Arrival): boolean {
    const { counters, nowMs, drop, waits } = this.#setup;
    const { message, route, replyTo } = arrival;
    if (message !== undefined) {
      if (this.#queue.length >= shardBounds.perShard || counters.waiting >= shardBounds.perNode) {
        drop(route.shard, message, replyTo, "full");
        return false;
      }
      counters.waiting += 1;
    } else if (
      this.#queue.some(({ arrival: { message: other, route: before } }) => other === undefined && isSame(before, route))
    ) {
      // Sent once more: the first one is behind all that this one was meant to be behind.
      return true;
    }
    this.#queue.push({ arrival, untilMs: nowMs() + shardBounds.waitMs });
    waits(this);
    return true;
  }

  #expire({ route, message, replyTo }: Arrival): void {
    if (message === undefined) {
      this.#setup.passed(route);
      return;
    }
    this.#setup.counters.waiting -= 1;
    this.#setup.drop(route.shard, message, replyTo, "expired");
  }
}

const isSame = (one: Route, other: Route): boolean =>
  one.way === other.way && one.origin.node === other.origin.node && one.origin.incarnation === other.origin.incarnation;
