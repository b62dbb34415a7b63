import {
  KernelError,
  serveAsk,
  type Address,
  type AskEnd,
  type DeadLetters,
  type OpenAsk,
} from "../../../kernel/index.ts";
import type { RemoteCounters } from "../counters.ts";
import { refused } from "../failures.ts";
import type { Peer } from "../outbound/peer.ts";
import type { RemoteForm } from "../protocol.ts";
import { askedMessage } from "./message-of.ts";

/** Asks of one peer that are answered at a time. */
const mostServed = 65_536;

/** The asks of one peer that actors of this node have not answered yet. */
export class ServedAsks {
  readonly #open = new Map<number, ServedAsk>();
  readonly #peer: Peer;
  readonly #counters: RemoteCounters;
  readonly #deadLetters: DeadLetters;

  constructor(peer: Peer, counters: RemoteCounters, deadLetters: DeadLetters) {
    this.#peer = peer;
    this.#counters = counters;
    this.#deadLetters = deadLetters;
  }

  get full(): boolean {
    return this.#open.size >= mostServed;
  }

  /** An ask of this number is not answered yet. */
  has(correlation: number): boolean {
    return this.#open.has(correlation);
  }

  /**
   * Asks the actor for the peer.
   * @param correlation of no ask that is open
   * @param fields of the message, as they were decoded
   * @param leftMs until the asker gives up; above 0
   */
  serve(correlation: number, address: Address<never>, form: RemoteForm, fields: object, leftMs: number): void {
    const served = new ServedAsk(this, correlation, address, form);
    this.#open.set(correlation, served);
    this.#counters.servedAsks += 1;
    try {
      serveAsk(
        address,
        (ask) => {
          served.ask = ask;
          return askedMessage(form.type, ask, fields);
        },
        leftMs,
        served,
      );
    } catch (error) {
      if (!(error instanceof KernelError)) throw error;
      served.failed(error);
    }
  }

  /** The peer's asker has given up. */
  cancel(correlation: number): void {
    this.#open.get(correlation)?.ask?.fail(new KernelError("ask-cancelled", "the asker gave up"));
  }

  /** The peer has ended: nobody waits for any of them. */
  cancelAll(): void {
    for (const correlation of [...this.#open.keys()]) this.cancel(correlation);
  }

  answered({ correlation, form, address }: ServedAsk, reply: unknown): void {
    if (!this.#take(correlation) || form.reply === undefined) return;
    let payload: Uint8Array;
    try {
      payload = form.reply.encode(reply);
    } catch {
      this.#counters.refused.unencodable += 1;
      this.#peer.failure(correlation, refused(address, "unencodable"));
      return;
    }
    const sent = this.#peer.reply(correlation, payload);
    if (sent === "oversized") {
      this.#counters.refused.oversized += 1;
      this.#peer.failure(correlation, refused(address, "oversized"));
    } else if (sent !== "queued") {
      this.#counters.unreachable += 1;
      this.#deadLetters.recordUnsent(address, "unreachable", { type: `reply to ${form.type}` });
    }
  }

  failed({ correlation }: ServedAsk, error: Error): void {
    if (!this.#take(correlation)) return;
    // The asker's own deadline ends it there.
    const known = error instanceof KernelError && (error.code === "ask-timeout" || error.code === "ask-cancelled");
    if (!known) this.#peer.failure(correlation, error);
  }

  #take(correlation: number): boolean {
    if (!this.#open.delete(correlation)) return false;
    this.#counters.servedAsks -= 1;
    return true;
  }
}

/** One ask of a peer, on its way through an actor. */
class ServedAsk implements AskEnd {
  ask: OpenAsk | undefined = undefined;
  readonly correlation: number;
  readonly address: Address<never>;
  readonly form: RemoteForm;
  readonly #asks: ServedAsks;

  constructor(asks: ServedAsks, correlation: number, address: Address<never>, form: RemoteForm) {
    this.#asks = asks;
    this.correlation = correlation;
    this.address = address;
    this.form = form;
  }

  answered(reply: unknown): void {
    this.#asks.answered(this, reply);
  }

  failed(error: Error): void {
    this.#asks.failed(this, error);
  }
}
