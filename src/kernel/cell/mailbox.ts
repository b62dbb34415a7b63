import { AskEnvelope } from "../mail/ask.ts";
import { messageOf } from "../mail/envelope.ts";
import { Inbox } from "../mail/inbox.ts";
import { refusal, type CellRefusal } from "../mail/refusal.ts";
import type { KernelServices } from "./services.ts";
import type { Settings } from "./settings.ts";

/** Whose mailbox it is. */
export interface MailboxOwner {
  readonly services: KernelServices;
  readonly settings: Settings;
  readonly path: string;
  readonly incarnation: number;
  readonly lastFailure: Error | undefined;
  /** Messages that a full mailbox dropped by its policy. */
  dropped: number;
}

/** What waits for an actor, within the bound of its mailbox, and what becomes of messages that nobody will handle. */
export class Mailbox extends Inbox {
  readonly #owner: MailboxOwner;

  constructor(owner: MailboxOwner) {
    super();
    this.#owner = owner;
  }

  /** Puts a message, or an ask with its message, at the end if there is room or the overflow policy makes some. */
  offer(entry: unknown): boolean {
    if (this.waiting >= this.#owner.settings.mailbox.capacity && !this.#makeRoom(entry)) return false;
    this.push(entry);
    return true;
  }

  /** Notes a message that is not, or not wholly, handled, and tells who asked. */
  deadLetter(reason: CellRefusal, entry: unknown): void {
    this.#owner.services.deadLetters.record(this.#owner, reason, messageOf(entry));
    if (entry instanceof AskEnvelope) entry.ask.fail(refusal(this.#owner, reason));
  }

  /** The actor is gone: what waits becomes dead letters. */
  close(): void {
    while (this.waiting > 0) this.deadLetter("stopped", this.shift());
  }

  #makeRoom(entry: unknown): boolean {
    switch (this.#owner.settings.mailbox.overflow) {
      case "reject":
        this.deadLetter("rejected", entry);
        return false;
      case "drop-newest":
        this.#drop(entry);
        return false;
      case "drop-oldest":
        this.#drop(this.shift());
        return true;
    }
  }

  #drop(entry: unknown): void {
    this.#owner.dropped += 1;
    if (entry instanceof AskEnvelope) entry.ask.fail(refusal(this.#owner, "rejected"));
  }
}
