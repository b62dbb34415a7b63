import type { TraceContext } from "../../base/trace-context.ts";
import type { OpenAsk } from "../../kernel/index.ts";
import type { NodeRef } from "../links/index.ts";
import { shardBounds } from "./bounds.ts";
import type { ShardCounters, ShardDrop } from "./counts.ts";
import type { Route } from "./route.ts";

/** A message of this node to a shard. */
export interface Parcel {
  readonly sequence: number;
  readonly message: object;
  /** `undefined`: it is told. */
  readonly ask: OpenAsk | undefined;
  readonly trace: TraceContext | undefined;
  returns: number;
  /** While it waits. */
  untilMs: number;
  /** Of an ask that is under way: ends it there, and nothing here. */
  giveUp: (() => void) | undefined;
}

/** What a lane needs of its node. */
export interface LaneSetup {
  readonly self: NodeRef;
  readonly counters: ShardCounters;
  readonly nowMs: () => number;
  /** Of the latest table of members. */
  readonly version: () => number;
  /** By that table; `undefined`: nobody may own the shard. */
  readonly owner: (shard: number) => NodeRef | undefined;
  /** That life of a node takes part, by that table. */
  readonly lives: (node: NodeRef) => boolean;
  /** What is sent there goes out at once. */
  readonly reaches: (node: NodeRef) => boolean;
  /** As `Address.tell`. What fails is a dead letter, and fails its ask. */
  readonly send: (to: NodeRef, route: Route, parcel: Parcel) => boolean;
  readonly barrier: (to: NodeRef, route: Route) => void;
  readonly trace: () => TraceContext | undefined;
  readonly drop: (shard: number, message: object, ask: OpenAsk | undefined, why: ShardDrop) => void;
  /** Something waits: `look` is to be called until nothing does. */
  readonly waits: (lane: Lane) => void;
}

interface Draining {
  readonly untilMs: number;
  againMs: number;
}

/**
 * What this node sends to one shard: all of it along one way at a time, to the owner by the latest table. Before another way is taken a
 * barrier goes along the old one: when it has been answered, everything sent there has been handed over, has come back to be sent on, or is
 * a dead letter. So nothing overtakes anything; what comes back too late for that is a dead letter.
 */
export class Lane {
  readonly #setup: LaneSetup;
  readonly #shard: number;
  #via: NodeRef | undefined;
  #way = 1;
  #sequence = 0;
  /** Something was sent along this way. */
  #used = false;
  /** Of the table by which the last message was sent. */
  #lastVersion = 0;
  /** Before the table has this version, whoever sent something back would do so again. */
  #needed = 0;
  #draining: Draining | undefined;
  #waiting: Parcel[] = [];
  /** What came back along this way. */
  #returned: Parcel[] = [];
  readonly #asks = new Map<number, Parcel>();

  constructor(setup: LaneSetup, shard: number) {
    this.#setup = setup;
    this.#shard = shard;
  }

  send(message: object, ask: OpenAsk | undefined): boolean {
    this.#sequence += 1;
    const sequence = this.#sequence;
    const parcel: Parcel = {
      sequence,
      message,
      ask,
      trace: this.#setup.trace(),
      returns: 0,
      untilMs: 0,
      giveUp: undefined,
    };
    if (ask !== undefined) {
      this.#asks.set(sequence, parcel);
      ask.whenClosed(() => this.#asks.delete(sequence));
    }
    if (this.#waiting.length === 0 && this.#open()) return this.#transmit(parcel);
    return this.#wait(this.#waiting, parcel);
  }

  tableChanged(): void {
    const owner = this.#setup.owner(this.#shard);
    const gone = this.#via !== undefined && !this.#setup.lives(this.#via);
    // Nothing of an old owner that has ended is under way any more.
    if (gone) this.#switch();
    else if (this.#draining !== undefined) return;
    else if (isSame(owner, this.#via)) this.#pump();
    else if (this.#used) this.#drain();
    else this.#switch();
  }

  /** Something that was sent to a node which does not own the shard. @param message `undefined`: an ask, whose message is here */
  returned(route: Route, message: object | undefined): void {
    const parcel = message === undefined ? this.#asks.get(route.sequence) : parcelOf(route, message);
    // Nobody waits for the answer any more.
    if (parcel === undefined) return;
    parcel.giveUp?.();
    const refusedTo = route.refusedTo ?? route.version;
    if (route.way !== this.#way || refusedTo < this.#lastVersion) return this.#drop(parcel, "late");
    if (parcel.returns >= shardBounds.returns) return this.#drop(parcel, "returned-too-often");
    parcel.returns += 1;
    this.#needed = Math.max(this.#needed, route.version);
    if (this.#wait(this.#returned, parcel) && this.#draining === undefined) this.#drain();
  }

  /** The barrier of a way has gone through. */
  passed(way: number): void {
    if (this.#draining !== undefined && way === this.#way) this.#switch();
  }

  /** @returns whether anything still waits */
  look(nowMs: number): boolean {
    if (this.#draining !== undefined) this.#lookAtBarrier(this.#draining, nowMs);
    this.#waiting = this.#unexpired(this.#waiting, nowMs);
    this.#returned = this.#unexpired(this.#returned, nowMs);
    this.#pump();
    return this.#draining !== undefined || this.#waiting.length > 0;
  }

  /** Gives up whatever waits. */
  close(): void {
    for (const parcel of [...this.#returned, ...this.#waiting]) this.#giveUp(parcel, "expired");
    this.#returned = [];
    this.#waiting = [];
  }

  #open(): boolean {
    if (this.#draining !== undefined || this.#via === undefined) return false;
    return this.#setup.version() >= this.#needed && this.#setup.reaches(this.#via);
  }

  #transmit(parcel: Parcel): boolean {
    if (this.#via === undefined) return false;
    this.#used = true;
    this.#lastVersion = this.#setup.version();
    return this.#setup.send(this.#via, this.#route(parcel.sequence, parcel.returns), parcel);
  }

  #route(sequence: number, returns: number): Route {
    const { self: origin, version } = this.#setup;
    return { shard: this.#shard, origin, way: this.#way, sequence, version: version(), returns, refusedTo: undefined };
  }

  #wait(queue: Parcel[], parcel: Parcel): boolean {
    const { counters, nowMs, waits } = this.#setup;
    const here = this.#waiting.length + this.#returned.length;
    if (here >= shardBounds.perShard || counters.waiting >= shardBounds.perNode) {
      this.#drop(parcel, "full");
      return false;
    }
    counters.waiting += 1;
    parcel.untilMs = nowMs() + shardBounds.waitMs;
    queue.push(parcel);
    waits(this);
    return true;
  }

  #drain(): void {
    const nowMs = this.#setup.nowMs();
    this.#draining = { untilMs: nowMs + shardBounds.barrierMs, againMs: nowMs + shardBounds.barrierAgainMs };
    this.#setup.counters.barriers += 1;
    this.#setup.waits(this);
    this.#sendBarrier();
  }

  #sendBarrier(): void {
    if (this.#via !== undefined) this.#setup.barrier(this.#via, this.#route(0, 0));
  }

  #lookAtBarrier(draining: Draining, nowMs: number): void {
    if (nowMs >= draining.untilMs) {
      this.#setup.counters.barriersGivenUp += 1;
      this.#switch();
    } else if (nowMs >= draining.againMs) {
      // The old owner's mailbox, or this node's, was full when it or its answer came.
      draining.againMs = nowMs + shardBounds.barrierAgainMs;
      this.#sendBarrier();
    }
  }

  /** Takes the way to the owner of now. */
  #switch(): void {
    this.#draining = undefined;
    if (this.#used) this.#way += 1;
    this.#used = false;
    this.#via = this.#setup.owner(this.#shard);
    this.#waiting = [...this.#returned.toSorted((a, b) => a.sequence - b.sequence), ...this.#waiting];
    this.#returned = [];
    this.#pump();
  }

  #pump(): void {
    while (this.#open()) {
      const parcel = this.#waiting.shift();
      if (parcel === undefined) return;
      this.#setup.counters.waiting -= 1;
      this.#transmit(parcel);
    }
  }

  #unexpired(parcels: Parcel[], nowMs: number): Parcel[] {
    return parcels.filter((parcel) => {
      // Its asker hears of that by itself.
      if (isOver(parcel)) this.#setup.counters.waiting -= 1;
      else if (parcel.untilMs > nowMs) return true;
      else this.#giveUp(parcel, "expired");
      return false;
    });
  }

  #giveUp(parcel: Parcel, why: ShardDrop): void {
    this.#setup.counters.waiting -= 1;
    this.#drop(parcel, why);
  }

  #drop({ message, ask }: Parcel, why: ShardDrop): void {
    this.#setup.drop(this.#shard, message, ask, why);
  }
}

const isSame = (one: NodeRef | undefined, other: NodeRef | undefined): boolean =>
  one?.node === other?.node && one?.incarnation === other?.incarnation;

/** Its asker has given up. */
const isOver = ({ ask }: Parcel): boolean => ask !== undefined && ask.remainingMs() === 0;

const parcelOf = ({ sequence, returns }: Route, message: object): Parcel => ({
  ...{ sequence, message, returns },
  ...{ ask: undefined, trace: undefined, untilMs: 0, giveUp: undefined },
});
