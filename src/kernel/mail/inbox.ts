import { Envelope } from "./envelope.ts";
import { LiveQueue } from "./live-queue.ts";
import { Ring } from "./ring.ts";
import type { Alarm } from "./timers.ts";
import type { Watchable, Watcher } from "./watchable.ts";
import { Watches } from "./watches.ts";

/** A mailbox that has grown beyond this is given back to the collector when it has been emptied. */
const keptRoom = 1_024;

/** Nothing waits. (Any other value may be a message.) */
export const nothing: unique symbol = Symbol("nothing");

/** A message of a timer or a watch: it came beside the mailbox and is no message that someone sent. */
export class Notice extends Envelope {
  constructor(message: unknown) {
    super(message, undefined);
  }
}

/** What waits for one actor: the messages of its mailbox and, beside them, the notices of timers and watches that no sender can crowd out. */
export class Inbox {
  /** Messages that have ever entered the mailbox. */
  #accepted = 0;
  #messages: Ring<unknown> | undefined = undefined;
  #alarms: LiveQueue<Alarm> | undefined = undefined;
  #watches: Watches | undefined = undefined;

  /** Messages in the mailbox. */
  get waiting(): number {
    return this.#messages?.size ?? 0;
  }

  /** Puts a message, or an ask with its message, at the end of the mailbox. The bound is the caller's to keep. */
  push(entry: unknown): void {
    (this.#messages ??= new Ring<unknown>()).push(entry);
    this.#accepted += 1;
  }

  /** Takes the oldest message, or `nothing`. */
  shift(): unknown {
    const messages = this.#messages;
    if (messages === undefined || messages.size === 0) return nothing;
    const entry = messages.shift();
    if (messages.size === 0 && messages.room > keptRoom) this.#messages = undefined;
    return entry;
  }

  /** Takes what the actor handles next: timers first, a farewell as soon as the messages before it are gone, then the oldest message. */
  next(): unknown {
    const alarm = this.#alarms?.shift();
    if (alarm !== undefined) return new Notice(alarm.take());
    if (this.#watches?.due(this.#accepted - this.waiting) === true) return new Notice(this.#watches.take());
    return this.shift();
  }

  /** Whether `next` would give something. */
  get ready(): boolean {
    return this.waiting > 0 || this.#alarms?.peek() !== undefined || this.#watches?.due(this.#accepted) === true;
  }

  alarm(alarm: Alarm): void {
    (this.#alarms ??= new LiveQueue<Alarm>()).push(alarm);
  }

  watch(watcher: Watcher, target: Watchable, message: unknown): void {
    (this.#watches ??= new Watches(watcher)).add(target, message, this.#accepted);
  }

  unwatch(target: Watchable): void {
    this.#watches?.remove(target);
  }

  /** A watched actor has stopped; its farewell comes after the messages that wait now. */
  farewell(target: Watchable): void {
    this.#watches?.fire(target, this.#accepted);
  }

  /** A life has ended: its timers and watches have, messages wait for the next one. */
  endLife(): void {
    this.#watches?.clear();
    this.#alarms = undefined;
  }
}
