import type {
  ChannelEvents,
  DialledPeer,
  Transport,
  TransportFailure,
} from "../../../src/cluster/transport/transport.ts";
import type { LinkHello } from "../../../src/wire/index.ts";
import type { World } from "../world.ts";
import { Connection, nobody } from "./connection.ts";
import type { FrameFate } from "./pipe.ts";
import type { Station } from "./station.ts";

/** What a node has to tell to take part. */
export type StationSetup = Omit<Station, "handler" | "vanished">;

const capacities = [4 * 1024, 16 * 1024, 64 * 1024];
const vanishChance = 0.3;
/** What a frame may meet, by a number in [0, 1) that has to be below. */
const frameFates: readonly (readonly [FrameFate, number])[] = [
  ["lost", 0.004],
  ["repeated", 0.014],
  ["reset", 0.018],
  ["late", 0.042],
];

/** The network between the nodes of the simulation: every frame arrives when the seed picks it, and may be hindered in many ways. */
export class SimulatedNetwork {
  readonly #world: World;
  readonly #welcomed: (hello: LinkHello) => void;
  readonly #stations = new Map<string, Station>();
  readonly #connections = new Set<Connection>();
  readonly #capacityBytes: number;
  /** Until when nothing gets from one node to another, by both. */
  readonly #cuts = new Map<string, number>();
  /** Until when nodes read nothing, and until when they refuse who dials. */
  readonly #slow = new Map<string, number>();
  readonly #refusing = new Map<string, number>();

  /** @param welcomed told of each hello that was accepted, when it is */
  constructor(world: World, welcomed: (hello: LinkHello) => void) {
    this.#world = world;
    this.#welcomed = welcomed;
    this.#capacityBytes = capacities[world.random.below(capacities.length)] ?? 0;
  }

  /** Something is under way that nothing holds up. */
  get busy(): boolean {
    return [...this.#connections].some(({ busy }) => busy);
  }

  /** A process listens at its address, in place of whoever did before. */
  join(setup: StationSetup): SimulatedTransport {
    const former = this.#stations.get(setup.address);
    const station: Station = { ...setup, handler: undefined, vanished: false };
    this.#stations.set(setup.address, station);
    // The machine is back: it knows nothing of the connections of its former process, and says so.
    if (former !== undefined) this.#reset((connection) => connection.has(former));
    return new SimulatedTransport(this, station);
  }

  /** The process has ended without a word, and now and then its machine with it. */
  crashed(station: Station): void {
    station.handler = undefined;
    station.vanished = !this.#world.healthy && this.#world.chance(vanishChance);
    if (station.vanished) this.#world.count("fault: machine vanished");
    for (const connection of this.#of(station)) {
      connection.abandon(station, !station.vanished, this.#world.chance(0.5));
    }
  }

  /** The process ends in order. */
  left(station: Station): void {
    station.handler = undefined;
    for (const connection of this.#of(station)) connection.close(station);
  }

  dial(from: Station, { node, address }: DialledPeer, events: ChannelEvents): ReturnType<Connection["dial"]> {
    const to = this.#stations.get(address) ?? nowhere(node, address);
    const connection = new Connection({
      world: this.#world,
      from,
      to,
      capacityBytes: this.#capacityBytes,
      isCut: (a, b) => this.#holds(this.#cuts, direction(a, b)),
      isSlow: (slow) => this.#holds(this.#slow, slow),
      fate: () => this.#fate(),
      refused: () => this.#refused(address, to),
      welcomed: this.#welcomed,
    });
    for (const each of this.#connections) if (each.ended) this.#connections.delete(each);
    this.#connections.add(connection);
    return connection.dial(events);
  }

  /** Until then nothing that one sends arrives at the other: connections stay, and what is under way waits. */
  cut(from: string, to: string, untilMs: number): void {
    this.#cuts.set(direction(from, to), untilMs);
  }

  /** Until then the node reads nothing, though it goes on. */
  slow(node: string, untilMs: number): void {
    this.#slow.set(node, untilMs);
  }

  /** Until then nobody gets a new connection to the node. */
  refuse(node: string, untilMs: number): void {
    this.#refusing.set(node, untilMs);
  }

  /** Breaks the connections between two nodes. False if there are none. */
  reset(a: string, b: string): boolean {
    return this.#reset((connection) => connection.isBetween(a, b));
  }

  /** Breaks all connections of a node. False if there are none. */
  resetAll(node: string): boolean {
    return this.#reset((connection) => connection.isOf(node));
  }

  /** From now on everything gets through. */
  heal(): void {
    this.#cuts.clear();
    this.#slow.clear();
    this.#refusing.clear();
  }

  #of(station: Station): readonly Connection[] {
    return [...this.#connections].filter((connection) => connection.has(station));
  }

  #reset(which: (connection: Connection) => boolean): boolean {
    const found = [...this.#connections].filter((connection) => !connection.ended && which(connection));
    for (const connection of found) connection.reset();
    return found.length > 0;
  }

  #refused(address: string, to: Station): TransportFailure | undefined {
    const there = !this.#holds(this.#refusing, to.node) && to.handler !== undefined;
    // Somebody else may have the address by now.
    return there && this.#stations.get(address) === to ? undefined : nobody(address);
  }

  #holds(until: ReadonlyMap<string, number>, key: string): boolean {
    return until.size > 0 && this.#world.clock.monotonicMs() < (until.get(key) ?? 0);
  }

  #fate(): FrameFate {
    if (this.#world.healthy) return "delivered";
    const roll = this.#world.random.next();
    return frameFates.find(([, below]) => roll < below)?.[0] ?? "delivered";
  }
}

/** One process' place in the network. */
export class SimulatedTransport implements Transport {
  readonly station: Station;
  readonly #network: SimulatedNetwork;

  constructor(network: SimulatedNetwork, station: Station) {
    this.#network = network;
    this.station = station;
  }

  dial(peer: DialledPeer, events: ChannelEvents): ReturnType<Transport["dial"]> {
    return this.#network.dial(this.station, peer, events);
  }

  accept(handler: NonNullable<Station["handler"]>): void {
    this.station.handler = handler;
  }

  close(): Promise<void> {
    this.#network.left(this.station);
    return Promise.resolve();
  }
}

const direction = (from: string, to: string): string => `${from} ${to}`;

const nowhere = (node: string, address: string): Station => ({
  node,
  address,
  enter: () => undefined,
  isReading: () => true,
  handler: undefined,
  vanished: false,
});
