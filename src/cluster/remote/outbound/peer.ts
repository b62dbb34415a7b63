import type { Clock } from "../../../base/clock.ts";
import { packTrace } from "../../../base/trace-context.ts";
import type { Tracing } from "../../../base/tracing.ts";
import type { DeadLetters, KernelError, OpenAsk } from "../../../kernel/index.ts";
import { Envelope, envelopeKinds, writeEnvelope, type EnvelopeKind, type ActorRef } from "../../../wire/index.ts";
import type { Link, LinkEnd, NodeRef, Sent } from "../../links/index.ts";
import type { RemoteCounters } from "../counters.ts";
import { failureText, linksClosed, nodeGone, refused, unreachable } from "../failures.ts";
import type { RemoteRefusal } from "../refusals.ts";
import type { RemoteForm, RemoteMessage } from "../protocol.ts";
import { ControlLane } from "./control-lane.ts";
import type { Target } from "./target.ts";
import { SentAsks } from "./sent-asks.ts";
import { SentStops } from "./sent-stops.ts";
import { SentWatches } from "./sent-watches.ts";
import { TargetNumbers } from "./target-numbers.ts";

export interface PeerSetup {
  readonly clock: Clock;
  readonly counters: RemoteCounters;
  readonly deadLetters: DeadLetters;
  readonly tracing: Tracing;
  readonly link: Link;
}

/** One for all that is sent: links read it while they are called. */
const outgoing = new Envelope();
const nothing = Buffer.alloc(0);

/** One incarnation of another node, and what this node's actors want from it. */
export class Peer {
  readonly ref: NodeRef;
  live = true;
  readonly numbers = new TargetNumbers();
  readonly asks: SentAsks;
  readonly watches: SentWatches;
  readonly stops: SentStops;
  readonly lane: ControlLane;
  readonly #setup: PeerSetup;
  #correlations = 0;

  constructor(setup: PeerSetup) {
    this.#setup = setup;
    this.ref = setup.link.peer;
    this.asks = new SentAsks(setup.counters);
    this.lane = new ControlLane(setup.clock, this);
    this.watches = new SentWatches(this, setup.counters);
    this.stops = new SentStops(this, setup.clock);
  }

  /** Distinguishes what waits for an answer of this peer. */
  nextCorrelation(): number {
    return (this.#correlations += 1);
  }

  tell(target: Target, message: RemoteMessage): boolean {
    const form = target.protocol.byType.get(message.type);
    if (form === undefined || form.reply !== undefined) return this.#refuse(target.ref, "unknown-type", message);
    const payload = encoded(form, message);
    if (payload === undefined) return this.#refuse(target.ref, "unencodable", message);
    const sent = this.#toTarget("tell", target, 0, form.id, payload, 0);
    if (sent === "queued") return true;
    this.#notSent(target.ref, sent, message);
    return false;
  }

  ask(target: Target, message: RemoteMessage, ask: OpenAsk): void {
    const form = target.protocol.byType.get(message.type);
    if (form?.reply === undefined) {
      this.#refuse(target.ref, "unknown-type", message);
      ask.fail(refused(target.ref, "unknown-type"));
      return;
    }
    const payload = encoded(form, message);
    if (payload === undefined) {
      this.#refuse(target.ref, "unencodable", message);
      ask.fail(refused(target.ref, "unencodable"));
      return;
    }
    const correlation = this.nextCorrelation();
    const leftMs = Math.ceil(ask.remainingMs());
    const sent = this.#toTarget("ask", target, correlation, form.id, payload, leftMs);
    if (sent !== "queued") {
      this.#notSent(target.ref, sent, message);
      ask.fail(notSent(target.ref, sent));
      return;
    }
    this.asks.open(correlation, ask, form.reply, target.ref, () => {
      if (this.live) this.about("cancel", correlation);
    });
  }

  /** Sends what is about one ask, watch or stop and carries nothing else. */
  about(kind: EnvelopeKind, correlation: number): Sent {
    const envelope = outgoing.clear(envelopeKinds[kind]);
    envelope.correlation = correlation;
    return this.#send(kind, envelope);
  }

  /** As `about`, and names the actor that it is for. */
  aboutTarget(kind: "watch" | "stop", correlation: number, target: Target): Sent {
    return this.#toTarget(kind, target, correlation, 0, nothing, 0);
  }

  reply(correlation: number, payload: Uint8Array): Sent {
    const envelope = outgoing.clear(envelopeKinds.reply);
    envelope.correlation = correlation;
    envelope.payload = payload;
    return this.#send("reply", envelope);
  }

  /** Answers an ask, watch or stop of the peer with a failure. */
  failure(correlation: number, error: Error): Sent {
    const { code, message, retryable } = failureText(error);
    const envelope = outgoing.clear(envelopeKinds.failure);
    envelope.correlation = correlation;
    envelope.code = code;
    envelope.message = message;
    envelope.retryable = retryable;
    return this.#send("failure", envelope);
  }

  /**
   * Nothing that was wanted of it will come. Where it is this node that ends, the actors of the other one live on, as far as anybody here
   * knows: nobody is told their ends. Idempotent.
   */
  end(why: LinkEnd): void {
    if (!this.live) return;
    this.live = false;
    this.lane.close();
    if (why === "over") {
      this.asks.failAll(nodeGone);
      this.stops.endAll();
      this.watches.endAll();
    } else {
      this.asks.failAll(linksClosed);
      this.stops.failAll(linksClosed);
      this.watches.forgetAll();
    }
  }

  #toTarget(
    kind: EnvelopeKind,
    target: Target,
    correlation: number,
    type: number,
    payload: Uint8Array,
    leftMs: number,
  ): Sent {
    const envelope = outgoing.clear(envelopeKinds[kind]);
    const number = this.numbers.of(target);
    if (number === 0) {
      envelope.target = this.numbers.next;
      envelope.path = target.ref.path;
      envelope.incarnation = target.ref.incarnation;
      envelope.protocol = target.protocol.name;
    } else {
      envelope.target = number;
    }
    envelope.correlation = correlation;
    envelope.type = type;
    envelope.payload = payload;
    envelope.leftMs = leftMs;
    const { tracing } = this.#setup;
    const trace = tracing.enabled ? tracing.current() : undefined;
    if (trace !== undefined) envelope.trace = packTrace(trace);
    const sent = this.#send(kind, envelope);
    if (number === 0 && sent === "queued") this.numbers.give(target);
    return sent;
  }

  #send(kind: EnvelopeKind, envelope: Envelope): Sent {
    const sent = this.#setup.link.send(writeEnvelope, envelope);
    if (sent === "queued") this.#setup.counters.sent[kind] += 1;
    return sent;
  }

  /** Notes a message that did not leave this node. */
  #notSent(target: ActorRef, sent: Exclude<Sent, "queued">, message: RemoteMessage): void {
    if (sent === "oversized") {
      this.#refuse(target, "oversized", message);
      return;
    }
    this.#setup.counters.unreachable += 1;
    this.#setup.deadLetters.recordUnsent(target, "unreachable", message);
  }

  #refuse(target: ActorRef, reason: RemoteRefusal, message: RemoteMessage): false {
    this.#setup.counters.refused[reason] += 1;
    this.#setup.deadLetters.recordUnsent(target, "refused", message);
    return false;
  }
}

const encoded = ({ fields }: RemoteForm, message: RemoteMessage): Uint8Array | undefined => {
  try {
    return fields.encode(message);
  } catch {
    // Only the sender's own actors can be the cause: the dead letter tells which message it was.
    return undefined;
  }
};

const notSent = (target: ActorRef, sent: Exclude<Sent, "queued">): KernelError => {
  switch (sent) {
    case "full":
      return unreachable(target);
    case "oversized":
      return refused(target, "oversized");
    case "ended":
      return nodeGone(target);
  }
};
