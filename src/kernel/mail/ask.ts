import type { Clock } from "../../base/clock.ts";
import type { TraceContext } from "../../base/trace-context.ts";
import type { Tracing } from "../../base/tracing.ts";
import { KernelError } from "../errors.ts";
import { Envelope } from "./envelope.ts";

/** The way to answer one ask. Only the first answer counts. It may be kept and used after `receive` has returned. */
export interface ReplyTo<in Reply> {
  /** False: nobody waits any more. */
  tell(reply: Reply): boolean;
  /** Answers with a failure: the asker's promise rejects with it. */
  fail(error: Error): boolean;
  /** Milliseconds until the asker gives up, never below 0. Pass it on as the timeout of asks made to answer this one. */
  remainingMs(): number;
  /** Aborted when nobody waits any more: answered, timed out or given up. Pass it on to what is done only for the answer. */
  readonly signal: AbortSignal;
}

/** What an ask needs to know of its target. */
export interface AskTarget {
  readonly path: string;
  readonly incarnation: number;
  /** Head of the target's list of open asks. */
  firstAsk: OpenAsk | undefined;
}

/** Something that can be asked: an actor of this node or of another one. */
export interface Askable extends AskTarget {
  /** Puts the ask with its message where the actor will find it, or fails it. */
  deliverAsk(ask: OpenAsk, message: unknown): void;
}

/** One for all: an error of its own, with its stack, would cost more than the ask. */
const over = new KernelError("ask-cancelled", "nobody waits for the answer any more");

const tickMs = 8;
const slotCount = 512;

/**
 * One ask that waits for its answer: what the target answers to, and a member of two lists (of its target, so that a stop answers at
 * once; of a deadline slot, so that no timer is needed per ask).
 */
export class OpenAsk implements ReplyTo<unknown> {
  /** The target has taken it from its mailbox. */
  taken = false;
  readonly deadlineMs: number;
  readonly target: AskTarget;
  readonly #table: AskTable;
  readonly #resolve: (reply: unknown) => void;
  readonly #reject: (error: Error) => void;
  #open = true;
  #whenClosed: (() => void) | undefined = undefined;
  #abort: AbortController | undefined = undefined;
  nextOfTarget: OpenAsk | undefined = undefined;
  previousOfTarget: OpenAsk | undefined = undefined;
  nextInSlot: OpenAsk | undefined = undefined;
  previousInSlot: OpenAsk | undefined = undefined;
  slot = 0;

  constructor(
    table: AskTable,
    target: AskTarget,
    deadlineMs: number,
    resolve: (reply: unknown) => void,
    reject: (error: Error) => void,
  ) {
    this.#table = table;
    this.target = target;
    this.deadlineMs = deadlineMs;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  tell(reply: unknown): boolean {
    if (!this.#close()) return false;
    this.#resolve(reply);
    return true;
  }

  fail(error: Error): boolean {
    if (!this.#close()) return false;
    this.#reject(error);
    return true;
  }

  remainingMs(): number {
    return this.#open ? Math.max(0, this.deadlineMs - this.#table.nowMs()) : 0;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      this.#abort = abort;
      this.whenClosed(() => abort.abort(over));
    }
    return this.#abort.signal;
  }

  /** Runs `run` once, when nobody waits for the answer any more; at once if nobody does. */
  whenClosed(run: () => void): void {
    if (!this.#open) {
      run();
      return;
    }
    const before = this.#whenClosed;
    this.#whenClosed =
      before === undefined
        ? run
        : () => {
            before();
            run();
          };
  }

  #close(): boolean {
    if (!this.#open) return false;
    this.#open = false;
    this.#table.remove(this);
    this.#whenClosed?.();
    this.#whenClosed = undefined;
    return true;
  }
}

/** An ask in a mailbox, with its message. Actors never see it, so that a `ReplyTo` sent as a message is only that. */
export class AskEnvelope extends Envelope {
  readonly ask: OpenAsk;

  constructor(ask: OpenAsk, message: unknown, trace: TraceContext | undefined) {
    super(message, trace);
    this.ask = ask;
  }
}

/** The open asks of a node, bounded, with their deadlines on a timer wheel of 8 ms ticks: one timer for all of them. */
export class AskTable {
  size = 0;
  readonly tracing: Tracing;
  readonly #slots = new Array<OpenAsk | undefined>(slotCount).fill(undefined);
  readonly #clock: Clock;
  readonly #capacity: number;
  #tick = 0;
  #ticking = false;

  constructor(clock: Clock, capacity: number, tracing: Tracing) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.tracing = tracing;
  }

  nowMs(): number {
    return this.#clock.monotonicMs();
  }

  /** Opens an ask. @throws KernelError `too-many-asks` */
  add(
    target: AskTarget,
    timeoutMs: number,
    resolve: (reply: unknown) => void,
    reject: (error: Error) => void,
  ): OpenAsk {
    if (this.size >= this.#capacity) {
      throw new KernelError("too-many-asks", `${this.#capacity} asks are open on this node`, {
        retryable: true,
        ids: { path: target.path },
      });
    }
    const nowMs = this.#clock.monotonicMs();
    const ask = new OpenAsk(this, target, nowMs + timeoutMs, resolve, reject);
    this.size += 1;
    const first = target.firstAsk;
    ask.nextOfTarget = first;
    if (first !== undefined) first.previousOfTarget = ask;
    target.firstAsk = ask;
    this.#place(ask, nowMs);
    if (!this.#ticking) this.#start(nowMs);
    return ask;
  }

  remove(ask: OpenAsk): void {
    this.size -= 1;
    const { nextOfTarget, previousOfTarget, nextInSlot, previousInSlot } = ask;
    if (nextOfTarget !== undefined) nextOfTarget.previousOfTarget = previousOfTarget;
    if (previousOfTarget !== undefined) previousOfTarget.nextOfTarget = nextOfTarget;
    else ask.target.firstAsk = nextOfTarget;
    if (nextInSlot !== undefined) nextInSlot.previousInSlot = previousInSlot;
    if (previousInSlot !== undefined) previousInSlot.nextInSlot = nextInSlot;
    else this.#slots[ask.slot] = nextInSlot;
    // Whoever keeps this way to answer must not keep every later ask with it.
    ask.nextOfTarget = undefined;
    ask.previousOfTarget = undefined;
    ask.nextInSlot = undefined;
    ask.previousInSlot = undefined;
  }

  #place(ask: OpenAsk, nowMs: number): void {
    // A timeout below the clock's resolution leaves the deadline at `nowMs`, whose slot may have been visited already.
    const tick = Math.max(Math.ceil(ask.deadlineMs / tickMs), Math.floor(nowMs / tickMs) + 1);
    const slot = tick & (slotCount - 1);
    const first = this.#slots[slot];
    ask.slot = slot;
    ask.nextInSlot = first;
    if (first !== undefined) first.previousInSlot = ask;
    this.#slots[slot] = ask;
  }

  #start(nowMs: number): void {
    this.#ticking = true;
    this.#tick = Math.floor(nowMs / tickMs) + 1;
    this.#clock.after(this.#tick * tickMs - nowMs, this.#expire);
  }

  /** Rejects what is due in the slots since the last tick; asks of a later round of the wheel stay. */
  readonly #expire = (): void => {
    const nowMs = this.#clock.monotonicMs();
    const last = Math.floor(nowMs / tickMs);
    for (let tick = Math.max(this.#tick, last - slotCount + 1); tick <= last; tick += 1) {
      let ask = this.#slots[tick & (slotCount - 1)];
      while (ask !== undefined) {
        const next = ask.nextInSlot;
        if (ask.deadlineMs <= nowMs) {
          ask.fail(
            new KernelError("ask-timeout", `${ask.target.path} did not answer in time`, {
              retryable: true,
              ids: { path: ask.target.path, incarnation: ask.target.incarnation },
            }),
          );
        }
        ask = next;
      }
    }
    this.#tick = last + 1;
    if (this.size === 0) this.#ticking = false;
    else this.#clock.after(this.#tick * tickMs - nowMs, this.#expire);
  };
}

/** Ends the open asks of a target: all of them when it has stopped, only those it had taken when it restarts. */
export const failAsks = (target: AskTarget, takenOnly: boolean, error: Error): void => {
  let ask = target.firstAsk;
  while (ask !== undefined) {
    const next = ask.nextOfTarget;
    if (!takenOnly || ask.taken) ask.fail(error);
    ask = next;
  }
};
