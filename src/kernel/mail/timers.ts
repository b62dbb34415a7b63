import type { Clock, Timer } from "../../base/clock.ts";
import { KernelError } from "../errors.ts";
import type { Mortal } from "./live-queue.ts";

/**
 * Timers of one life of an actor, by key, at most 10,000 at once. Setting a key again replaces its timer; all end with the life. What
 * they deliver comes beside the mailbox, before the messages that wait there.
 * Setting one may throw: RangeError for a time out of bounds; KernelError `too-many-timers`, or `stale-context` after the life.
 */
export interface Timers<in Message> {
  /** Delivers `message` once, not before `delayMs` (0 … 2³¹ − 1). */
  once(key: string, delayMs: number, message: Message): void;
  /** Delivers `message` every `periodMs` (1 … 2³¹ − 1); while one is still waiting to be handled no second one is added. */
  every(key: string, periodMs: number, message: Message): void;
  /** After this, a message of the timer that is still waiting is not delivered either. */
  cancel(key: string): void;
}

const capacity = 10_000;
const longestMs = 2 ** 31 - 1;

/** A timer that has fired, waiting to be handled. */
export interface Alarm extends Mortal {
  /** Marks it as handled and gives its message. */
  take(): unknown;
}

class ActorTimer implements Alarm {
  /** False once it was replaced or cancelled. */
  live = true;
  #waiting = false;
  #timer: Timer;
  readonly #message: unknown;
  readonly #periodMs: number | undefined;
  readonly #clock: Clock;
  readonly #fire: (alarm: ActorTimer) => void;
  readonly #ended: () => void;

  constructor(
    clock: Clock,
    delayMs: number,
    periodMs: number | undefined,
    message: unknown,
    fire: (alarm: ActorTimer) => void,
    ended: () => void,
  ) {
    this.#clock = clock;
    this.#periodMs = periodMs;
    this.#message = message;
    this.#fire = fire;
    this.#ended = ended;
    this.#timer = clock.after(delayMs, this.#due);
  }

  take(): unknown {
    this.#waiting = false;
    if (this.#periodMs === undefined) this.#ended();
    return this.#message;
  }

  cancel(): void {
    this.live = false;
    this.#timer.cancel();
  }

  readonly #due = (): void => {
    if (this.#periodMs !== undefined) this.#timer = this.#clock.after(this.#periodMs, this.#due);
    if (this.#waiting) return;
    this.#waiting = true;
    this.#fire(this);
  };
}

/** The timers of one life. `fire` puts an alarm on the actor's system lane. */
export class TimerSet<in Message> implements Timers<Message> {
  readonly #timers = new Map<string, ActorTimer>();
  readonly #clock: Clock;
  readonly #fire: (alarm: Alarm) => void;
  #closed = false;

  constructor(clock: Clock, fire: (alarm: Alarm) => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  once(key: string, delayMs: number, message: Message): void {
    this.#set(key, delayMs, undefined, message);
  }

  every(key: string, periodMs: number, message: Message): void {
    this.#set(key, periodMs, periodMs, message);
  }

  cancel(key: string): void {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }

  /** Ends all of them for good; a handler that outlived its actor can set none. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
  }

  #set(key: string, delayMs: number, periodMs: number | undefined, message: Message): void {
    const leastMs = periodMs === undefined ? 0 : 1;
    if (!(delayMs >= leastMs && delayMs <= longestMs)) {
      throw new RangeError(`timer ${key}: from ${leastMs} to ${longestMs} milliseconds, not ${delayMs}`);
    }
    if (this.#closed) throw new KernelError("stale-context", `timer ${key} was set after the end of the actor's life`);
    this.cancel(key);
    if (this.#timers.size >= capacity) {
      throw new KernelError("too-many-timers", `an actor holds at most ${capacity} timers`, { ids: { key } });
    }
    const timer = new ActorTimer(this.#clock, delayMs, periodMs, message, this.#fire, () => {
      if (this.#timers.get(key) === timer) this.#timers.delete(key);
    });
    this.#timers.set(key, timer);
  }
}
