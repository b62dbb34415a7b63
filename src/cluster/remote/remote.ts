import type { Clock } from "../../base/clock.ts";
import type { ActorSystem, Address } from "../../kernel/index.ts";
import { actorRefCodec, type ActorRef, type Codec } from "../../wire/index.ts";
import type { LinkCounts, LinkEvents, Links, LinkView, NodeRef } from "../links/index.ts";
import type { TableView } from "../table.ts";
import { Addresses, type AddressedPort } from "./addresses.ts";
import { RemoteCounters, type RemoteCounts } from "./counters.ts";
import { Exports, type ExportOptions } from "./exports.ts";
import { KnownTarget } from "./inbound/known-target.ts";
import { watchProps } from "./inbound/watch-actor.ts";
import { WatchTable } from "./inbound/watch-table.ts";
import { LoopbackTarget, type LoopbackSetup } from "./outbound/loopback-target.ts";
import { RemoteTarget, type TargetSetup } from "./outbound/remote-target.ts";
import type { RemoteProtocol } from "./protocol.ts";
import { Sessions } from "./sessions.ts";

export interface RemoteSetup {
  readonly system: ActorSystem;
  readonly clock: Clock;
  /** This life of this node. */
  readonly self: NodeRef;
  /** Makes the links of the node; called once, at once. */
  readonly links: (events: LinkEvents) => Links;
}

/** Actors of other nodes, for those of this one: their addresses, and which of this node's actors others may reach. One for each node. */
export class Remote {
  readonly #self: NodeRef;
  readonly #system: ActorSystem;
  readonly #exports = new Exports();
  readonly #counters = new RemoteCounters();
  readonly #addresses: Addresses;
  readonly #sessions: Sessions;
  readonly #loopback: LoopbackSetup;

  /** Spawns `/remote`. @throws KernelError `name-in-use` */
  constructor({ system, clock, self, links }: RemoteSetup) {
    this.#self = self;
    this.#system = system;
    this.#addresses = new Addresses(system);
    const watches = system.spawn(watchProps(new WatchTable(this.#counters)), "remote");
    this.#loopback = { system, exports: this.#exports, counters: this.#counters, watches };
    this.#sessions = new Sessions({ ...this.#loopback, clock, links });
  }

  /**
   * Lets other nodes reach an actor of this one, now or when it is spawned.
   *
   * @param path of one actor, such as `/scan/scheduler`; or `/scan/probes/*` for all children of `/scan/probes`
   * @param protocol what the actor understands of other nodes
   * @throws RangeError for what is no path, or was exported already
   */
  export<Message>(path: string, protocol: RemoteProtocol<Message>, options: ExportOptions = {}): void {
    this.#exports.add(path, protocol, options);
  }

  /** Whoever is at a path of a node, in whatever life of the node, when a message arrives there. */
  address<Message>(protocol: RemoteProtocol<Message>, node: string, path: string): Address<Message> {
    return this.addressOf(protocol, { node, nodeIncarnation: "", path, incarnation: 0 });
  }

  /** The actor that a reference names; of this node too, where it has to be exported as on any other. */
  addressOf<Message>(protocol: RemoteProtocol<Message>, ref: ActorRef): Address<Message> {
    return this.#addresses.of(protocol, ref, () => this.#port(protocol, ref));
  }

  /** A reference to exactly the actor that has this address. @throws TypeError for an address that neither the kernel nor this node made */
  refOf(address: Address<never>): ActorRef {
    const { node, path, incarnation } = address;
    const remote = this.#addresses.refOf(address);
    if (remote !== undefined) return remote;
    if (node !== this.#self.node) throw new TypeError(`the address of ${path} was not made for other nodes`);
    return { node, nodeIncarnation: this.#self.incarnation, path, incarnation };
  }

  /** For addresses inside messages. Whoever gets one reaches the actor if its node exports it with this protocol. */
  addressCodec<Message>(protocol: RemoteProtocol<Message>): Codec<Address<Message>> {
    return {
      encode: (address) => actorRefCodec.encode(this.refOf(address)),
      decode: (bytes) => this.addressOf(protocol, actorRefCodec.decode(bytes)),
    };
  }

  /** The other live nodes, as far as this one knows the table of members. */
  peers(): readonly NodeRef[] {
    return this.links().map(({ node, incarnation }) => ({ node, incarnation }));
  }

  /** What is sent to this life of another node goes out at once, as far as this one knows. */
  reaches({ node, incarnation }: NodeRef): boolean {
    return this.#sessions.links.to(node, incarnation)?.up === true;
  }

  links(): readonly LinkView[] {
    return this.#sessions.links.views();
  }

  linkCounts(): LinkCounts {
    return this.#sessions.links.counts();
  }

  counts(): RemoteCounts {
    return this.#counters.snapshot();
  }

  /** To be told of each new table of members. */
  tableChanged(view: TableView): void {
    this.#sessions.links.tableChanged(view);
  }

  /**
   * Sends what waits in the outboxes, for `graceMs` at most, and ends all links. Asks and stops that still wait for another node fail with
   * `unreachable`; the ends of actors of other nodes are told no more, since they live on. Idempotent.
   */
  async close(graceMs: number): Promise<void> {
    await this.#sessions.links.close(graceMs);
    this.#sessions.close();
  }

  #port(protocol: RemoteProtocol<never>, ref: ActorRef): AddressedPort {
    if (this.#isHere(ref)) {
      return new LoopbackTarget(this.#loopback, new KnownTarget(ref.path, ref.incarnation, protocol.name));
    }
    const setup: TargetSetup = {
      protocol,
      peer: ({ node, nodeIncarnation }) => this.#sessions.peer(node, nodeIncarnation),
      closed: () => this.#sessions.closed,
      unreachable: (target, message) => {
        this.#counters.unreachable += 1;
        this.#system.deadLetters.recordUnsent(target, "unreachable", message);
      },
    };
    return new RemoteTarget(setup, ref);
  }

  /** An earlier life of this node is another node, which is gone. */
  #isHere({ node, nodeIncarnation }: ActorRef): boolean {
    return node === this.#self.node && (nodeIncarnation === "" || nodeIncarnation === this.#self.incarnation);
  }
}
