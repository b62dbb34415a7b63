import type { Clock } from "../../base/clock.ts";
import type { ActorSystem, Address } from "../../kernel/index.ts";
import { Envelope, envelopeKinds, readEnvelope, type ByteReader } from "../../wire/index.ts";
import type { Link, LinkEnd, LinkEvents, Links, NodeRef } from "../links/index.ts";
import type { RemoteCounters } from "./counters.ts";
import type { Exports } from "./exports.ts";
import { Receiver } from "./inbound/receiver.ts";
import type { WatchMessage } from "./inbound/watch-actor.ts";
import { Peer } from "./outbound/peer.ts";

export interface SessionsSetup {
  readonly system: ActorSystem;
  readonly clock: Clock;
  readonly exports: Exports;
  readonly counters: RemoteCounters;
  /** `/remote`. */
  readonly watches: Address<WatchMessage>;
  readonly links: (events: LinkEvents) => Links;
}

interface Session {
  readonly peer: Peer;
  readonly receiver: Receiver;
}

/** What this node and each other live one have to do with each other, from the first envelope in either direction to the end of one of them. */
export class Sessions implements LinkEvents {
  readonly links: Links;
  readonly #setup: SessionsSetup;
  readonly #byNode = new Map<string, Session>();
  #closed = false;

  constructor(setup: SessionsSetup) {
    this.#setup = setup;
    this.links = setup.links(this);
  }

  /** This node ends: there is no way to any other any more, whether that one lives or not. */
  get closed(): boolean {
    return this.#closed;
  }

  /** @param incarnation empty: the live one */
  peer(node: string, incarnation: string): Peer | undefined {
    const link = this.links.to(node, incarnation === "" ? undefined : incarnation);
    return link === undefined ? undefined : this.#sessionOf(link).peer;
  }

  onEnvelope(from: NodeRef, reader: ByteReader, heldMs: number): void {
    this.#session(from)?.receiver.receive(reader, heldMs);
  }

  onUndelivered(to: NodeRef, reader: ByteReader): void {
    const { counters, system } = this.#setup;
    const envelope = new Envelope();
    readEnvelope(reader, envelope);
    if (envelope.kind !== envelopeKinds.tell && envelope.kind !== envelopeKinds.ask) return;
    counters.undelivered += 1;
    const target = this.#known(to)?.peer.numbers.at(envelope.target);
    const { path, incarnation } = target?.ref ?? envelope;
    const type = target?.protocol.byId.get(envelope.type)?.type ?? `#${envelope.type}`;
    system.deadLetters.recordUnsent({ path, incarnation }, "unreachable", { type });
  }

  onEnded(ref: NodeRef, why: LinkEnd): void {
    // Before anybody hears of the first: what is begun then must not be told that the other node has ended.
    if (why === "closed") this.#closed = true;
    const session = this.#known(ref);
    if (session === undefined) return;
    this.#byNode.delete(ref.node);
    end(session, why);
  }

  /** To be called when the links are closed. */
  close(): void {
    this.#closed = true;
  }

  #known({ node, incarnation }: NodeRef): Session | undefined {
    const session = this.#byNode.get(node);
    return session?.peer.ref.incarnation === incarnation ? session : undefined;
  }

  #session(ref: NodeRef): Session | undefined {
    const known = this.#known(ref);
    if (known !== undefined) return known;
    const link = this.links.to(ref.node, ref.incarnation);
    return link === undefined ? undefined : this.#sessionOf(link);
  }

  #sessionOf(link: Link): Session {
    const known = this.#known(link.peer);
    if (known !== undefined) return known;
    const { system, clock, counters } = this.#setup;
    const peer = new Peer({ clock, counters, deadLetters: system.deadLetters, tracing: system.tracing, link });
    const session: Session = { peer, receiver: new Receiver(this.#setup, peer) };
    this.#byNode.set(link.peer.node, session);
    return session;
  }
}

/** First what this node wanted, so that nobody waits for it; then what the other one did. */
const end = ({ peer, receiver }: Session, why: LinkEnd): void => {
  peer.end(why);
  receiver.end();
};
