import type { KernelError, OpenAsk } from "../../../kernel/index.ts";
import type { Codec, ActorRef } from "../../../wire/index.ts";
import type { RemoteCounters } from "../counters.ts";
import { failureOf, refused, type FailureText } from "../failures.ts";

interface SentAsk {
  readonly ask: OpenAsk;
  readonly reply: Codec<unknown>;
  readonly target: ActorRef;
}

/** The asks that wait for answers of one peer. The kernel bounds how many asks a node has open. */
export class SentAsks {
  readonly #open = new Map<number, SentAsk>();
  readonly #counters: RemoteCounters;

  constructor(counters: RemoteCounters) {
    this.#counters = counters;
  }

  /** @param givenUp nobody waits for it any more, and no answer came */
  open(correlation: number, ask: OpenAsk, reply: Codec<unknown>, target: ActorRef, givenUp: () => void): void {
    this.#open.set(correlation, { ask, reply, target });
    this.#counters.openAsks += 1;
    ask.whenClosed(() => {
      if (this.#take(correlation) !== undefined) givenUp();
    });
  }

  /** An answer came. Nothing if nobody waits for it any more. */
  answered(correlation: number, payload: Uint8Array): void {
    const sent = this.#take(correlation);
    if (sent === undefined) return;
    let reply: unknown;
    try {
      reply = sent.reply.decode(payload);
    } catch {
      this.#counters.refused.undecodable += 1;
      sent.ask.fail(refused(sent.target, "undecodable"));
      return;
    }
    sent.ask.tell(reply);
  }

  /** False: there is no such ask. */
  failed(correlation: number, failure: FailureText): boolean {
    const sent = this.#take(correlation);
    sent?.ask.fail(failureOf(sent.target, failure));
    return sent !== undefined;
  }

  /** Ends all of them. */
  failAll(error: (target: ActorRef) => KernelError): void {
    for (const [correlation, { ask, target }] of [...this.#open]) {
      this.#take(correlation);
      ask.fail(error(target));
    }
  }

  #take(correlation: number): SentAsk | undefined {
    const sent = this.#open.get(correlation);
    if (sent === undefined) return undefined;
    this.#open.delete(correlation);
    this.#counters.openAsks -= 1;
    return sent;
  }
}
