import { asError } from "../../../base/errors.ts";
import { unpackTrace } from "../../../base/trace-context.ts";
import type { ActorSystem, Address } from "../../../kernel/index.ts";
import { Envelope, envelopeKinds, readEnvelope, type ByteReader, type EnvelopeKind } from "../../../wire/index.ts";
import type { RemoteCounters } from "../counters.ts";
import { isActorPath, type Exports } from "../exports.ts";
import { refused, stopped } from "../failures.ts";
import { mostNumbers } from "../outbound/target-numbers.ts";
import type { Peer } from "../outbound/peer.ts";
import type { RemoteForm } from "../protocol.ts";
import type { RemoteRefusal } from "../refusals.ts";
import { KnownTarget, type LocalActors } from "./known-target.ts";
import { toldMessage } from "./message-of.ts";
import { ServedAsks } from "./served-asks.ts";
import type { WatchMessage } from "./watch-actor.ts";
import type { RemoteWatcher } from "./watch-table.ts";

export interface ReceiverSetup extends LocalActors {
  readonly system: ActorSystem;
  readonly exports: Exports;
  readonly counters: RemoteCounters;
  /** `/remote`. */
  readonly watches: Address<WatchMessage>;
}

/** One for all that comes: envelopes are handled one after the other. */
const incoming = new Envelope();
const kindNames = Object.fromEntries(Object.entries(envelopeKinds).map(([name, number]) => [number, name])) as Readonly<
  Record<number, EnvelopeKind>
>;
const mostStops = 1_024;

/** What one incarnation of another node sends, given to the actors of this node. */
export class Receiver implements RemoteWatcher {
  readonly #setup: ReceiverSetup;
  readonly #peer: Peer;
  readonly #asks: ServedAsks;
  readonly #targets: (KnownTarget | undefined)[] = [];
  #stops = 0;

  constructor(setup: ReceiverSetup, peer: Peer) {
    this.#setup = setup;
    this.#peer = peer;
    this.#asks = new ServedAsks(peer, setup.counters, setup.system.deadLetters);
  }

  /** Never throws. */
  receive(reader: ByteReader, heldMs: number): void {
    const envelope = incoming;
    try {
      readEnvelope(reader, envelope);
    } catch {
      this.#refuse(undefined, "malformed", "envelope");
      return;
    }
    const kind = kindNames[envelope.kind];
    if (kind === undefined) return;
    this.#setup.counters.received[kind] += 1;
    switch (kind) {
      case "tell":
        return this.#tell(envelope);
      case "ask":
        return this.#ask(envelope, heldMs);
      case "reply":
        return this.#peer.asks.answered(envelope.correlation, envelope.payload);
      case "failure":
        return this.#failed(envelope);
      case "cancel":
        return this.#asks.cancel(envelope.correlation);
      case "watch":
        return this.#watch(envelope);
      case "unwatch":
        return void this.#setup.watches.tell({ type: "unwatch", watcher: this, number: envelope.correlation });
      case "terminated":
        return void this.#peer.watches.ended(envelope.correlation);
      case "stop":
        return this.#stop(envelope);
      case "stopped":
        return this.#peer.stops.stopped(envelope.correlation);
    }
  }

  /** The end of an actor that the peer watches. */
  terminated(number: number): void {
    this.#peer.lane.send("terminated", number, undefined);
  }

  /** The peer has ended. Idempotent. */
  end(): void {
    this.#asks.cancelAll();
    this.#setup.watches.tell({ type: "forget", watcher: this });
  }

  #tell(envelope: Envelope): void {
    const target = this.#target(envelope);
    if (target === undefined) return;
    const form = this.#form(target, envelope.type, false);
    if (typeof form === "string") return this.#refuse(target, form, `#${envelope.type}`);
    const address = target.find(this.#setup);
    if (typeof address === "string") return this.#absent(target, address, form.type);
    const fields = decoded(form, envelope.payload);
    if (fields === undefined) return this.#refuse(target, "undecodable", form.type);
    this.#traced(envelope, () => deliver(address, toldMessage(form.type, fields)));
  }

  #ask(envelope: Envelope, heldMs: number): void {
    const { correlation, type, payload } = envelope;
    const leftMs = envelope.leftMs - heldMs;
    const target = this.#target(envelope);
    if (target === undefined) return this.#fail(correlation, nobody, "malformed");
    const form = this.#form(target, type, true);
    if (typeof form === "string") return this.#refuseAsk(correlation, target, form, `#${type}`);
    if (leftMs <= 0) return this.#refuse(target, "expired", form.type);
    // Who answers a number that stands for two asks answers the wrong one.
    if (this.#asks.has(correlation)) return this.#refuse(target, "malformed", form.type);
    if (this.#asks.full) return this.#refuseAsk(correlation, target, "too-many", form.type);
    const address = target.find(this.#setup);
    if (typeof address === "string") {
      this.#absent(target, address, form.type);
      this.#peer.failure(correlation, stopped(target));
      return;
    }
    const fields = decoded(form, payload);
    if (fields === undefined) return this.#refuseAsk(correlation, target, "undecodable", form.type);
    this.#traced(envelope, () => this.#asks.serve(correlation, address, form, fields, leftMs));
  }

  /** Delivers as part of the trace that the sender was in. */
  #traced({ trace }: Envelope, deliver: () => void): void {
    const { tracing } = this.#setup.system;
    if (tracing.enabled) tracing.run(trace === undefined ? undefined : unpackTrace(trace), deliver);
    else deliver();
  }

  #failed({ correlation, code, message, retryable }: Envelope): void {
    const failure = { code, message, retryable };
    if (this.#peer.asks.failed(correlation, failure) || this.#peer.stops.failed(correlation, failure)) return;
    // A watch that the peer does not keep has ended.
    this.#peer.watches.ended(correlation);
  }

  #watch(envelope: Envelope): void {
    const { correlation } = envelope;
    const target = this.#target(envelope);
    if (target === undefined) return this.terminated(correlation);
    const exported = target.exported(this.#setup);
    if (typeof exported === "string") this.#refuse(target, exported, "watch");
    const address = typeof exported === "string" ? exported : target.find(this.#setup);
    // Whoever had the path, it has ended.
    if (typeof address === "string") return this.terminated(correlation);
    const taken = this.#setup.watches.tell({ type: "watch", watcher: this, number: correlation, address });
    if (!taken) this.terminated(correlation);
  }

  #stop(envelope: Envelope): void {
    const { correlation } = envelope;
    const target = this.#target(envelope);
    if (target === undefined) return this.#fail(correlation, nobody, "malformed");
    const exported = target.exported(this.#setup);
    if (typeof exported === "string") return this.#refuseAsk(correlation, target, exported, "stop");
    if (!exported.stop) return this.#refuseAsk(correlation, target, "not-stoppable", "stop");
    if (this.#stops >= mostStops) return this.#refuseAsk(correlation, target, "too-many", "stop");
    const address = target.find(this.#setup);
    if (typeof address === "string") return void this.#peer.lane.send("stopped", correlation, undefined);
    this.#stops += 1;
    this.#setup.system.stopActor(address).then(
      () => {
        this.#stops -= 1;
        this.#peer.lane.send("stopped", correlation, undefined);
      },
      (thrown: unknown) => {
        this.#stops -= 1;
        this.#peer.failure(correlation, asError(thrown));
      },
    );
  }

  /** The actor that an envelope is for. What does not name one is refused here. */
  #target({ target: number, path, incarnation, protocol }: Envelope): KnownTarget | undefined {
    if (path === "") {
      const known = this.#targets[number];
      if (known === undefined) this.#refuse(undefined, "malformed", `target ${number}`);
      return known;
    }
    const defined =
      number <= mostNumbers && isActorPath(path) ? new KnownTarget(path, incarnation, protocol) : undefined;
    // The sender has taken the number from whoever had it, also for what is refused.
    if (number > 0 && number <= mostNumbers) this.#targets[number] = defined;
    if (defined === undefined) this.#refuse(undefined, "malformed", "target");
    return defined;
  }

  #form(target: KnownTarget, type: number, asked: boolean): RemoteForm | RemoteRefusal {
    const exported = target.exported(this.#setup);
    if (typeof exported === "string") return exported;
    const form = exported.protocol.byId.get(type);
    return form === undefined || (form.reply !== undefined) !== asked ? "unknown-type" : form;
  }

  #absent(target: KnownTarget, why: "wrong-incarnation" | "stopped", type: string): void {
    if (why === "stopped") this.#setup.system.deadLetters.recordUnsent(target, "stopped", { type });
    else this.#refuse(target, why, type);
  }

  #refuse(target: KnownTarget | undefined, reason: RemoteRefusal, type: string): void {
    this.#setup.counters.refused[reason] += 1;
    this.#setup.system.deadLetters.recordUnsent(target ?? nobody, "refused", { type });
  }

  #refuseAsk(correlation: number, target: KnownTarget, reason: RemoteRefusal, type: string): void {
    this.#refuse(target, reason, type);
    this.#fail(correlation, target, reason);
  }

  /** Tells an asker what was refused. */
  #fail(correlation: number, { path, incarnation }: Named, reason: RemoteRefusal): void {
    const { node } = this.#setup.system;
    this.#peer.failure(correlation, refused({ node, path, incarnation }, reason));
  }
}

type Named = Pick<KnownTarget, "path" | "incarnation">;

/** What an envelope that names no actor is recorded for. */
const nobody: Named = { path: "?", incarnation: 0 };

const decoded = ({ fields }: RemoteForm, payload: Uint8Array): object | undefined => {
  try {
    return fields.decode(payload);
  } catch {
    return undefined;
  }
};

/** The export ties the actor's messages to the protocol whose form has just been read. */
const deliver = (address: Address<never>, message: object): void => void address.tell(message as never);
