import type { ChannelEvents, TransportFailure } from "../../../src/cluster/index.ts";
import { ByteReader, decodeReceiverFrame, decodeSenderFrame, type LinkHello } from "../../../src/wire/index.ts";
import type { World } from "../world.ts";
import { ChannelEnd, wasReset } from "./channel-end.ts";
import { Pipe, type FrameFate, type PipeItem } from "./pipe.ts";
import type { Station } from "./station.ts";

export interface ConnectionSetup {
  readonly world: World;
  readonly from: Station;
  /** Whom the address belonged to when it was dialled; an address where nobody is has a station too, that never reads. */
  readonly to: Station;
  readonly capacityBytes: number;
  readonly isCut: (from: string, to: string) => boolean;
  readonly isSlow: (node: string) => boolean;
  readonly fate: () => FrameFate;
  /** Why the dialled one cannot be reached now. */
  readonly refused: () => TransportFailure | undefined;
  /** Told when the dialled one has said welcome to this hello. */
  readonly welcomed: (hello: LinkHello) => void;
}

/** A connection of the simulated network: two ends, and a pipe each way. */
export class Connection {
  readonly #setup: ConnectionSetup;
  readonly #from: ChannelEnd;
  readonly #to: ChannelEnd;
  readonly #there: Pipe;
  readonly #back: Pipe;
  #hello: LinkHello | undefined;
  #judged = false;

  constructor(setup: ConnectionSetup) {
    this.#setup = setup;
    const { from, to } = setup;
    this.#there = this.#pipe(
      from,
      to,
      (item) => this.#arrived(item),
      () => this.#from.drained(),
    );
    this.#back = this.#pipe(
      to,
      from,
      (item) => this.#returned(item),
      () => this.#to.drained(),
    );
    this.#from = new ChannelEnd(from, this.#there, (frame) => this.#asked(frame));
    this.#to = new ChannelEnd(to, this.#back, (frame) => this.#answered(frame));
  }

  get ended(): boolean {
    return this.#from.ended && this.#to.ended;
  }

  get busy(): boolean {
    return this.#there.busy || this.#back.busy;
  }

  has(station: Station): boolean {
    return this.#setup.from === station || this.#setup.to === station;
  }

  isOf(node: string): boolean {
    return this.#setup.from.node === node || this.#setup.to.node === node;
  }

  isBetween(a: string, b: string): boolean {
    return this.isOf(a) && this.isOf(b);
  }

  dial(events: ChannelEvents): ChannelEnd {
    this.#from.events = events;
    this.#there.push("open");
    return this.#from;
  }

  /** Breaks it: both ends hear so, and what is under way is gone. */
  reset(): void {
    this.#from.fail(wasReset);
    this.#to.fail(wasReset);
  }

  /** The process at one end wants no more of it. */
  close(station: Station): void {
    (this.#setup.from === station ? this.#from : this.#to).close();
  }

  /**
   * The process at one end has ended.
   * @param told the other end hears of it; else the whole machine is gone, and it hears nothing
   * @param keep what was under way from there still arrives
   */
  abandon(station: Station, told: boolean, keep: boolean): void {
    const dialled = this.#setup.to === station;
    const [end, outgoing, incoming] = dialled
      ? [this.#to, this.#back, this.#there]
      : [this.#from, this.#there, this.#back];
    end.abandon();
    incoming.close();
    if (told) outgoing.hangUp(keep);
    else outgoing.close();
  }

  #pipe(from: Station, to: Station, deliver: (item: PipeItem) => void, onDrain: () => void): Pipe {
    const { world, capacityBytes, isCut, isSlow, fate } = this.#setup;
    return new Pipe({
      world,
      label: `${from.node} ${to.node}`,
      capacityBytes,
      blocked: () => !to.isReading() || isCut(from.node, to.node) || isSlow(to.node),
      fate,
      deliver,
      onDrain,
    });
  }

  #arrived(item: PipeItem): void {
    if (item === "open") return this.#open();
    if (this.#from.ended && !this.#to.ended && typeof item !== "string") {
      this.#setup.world.count("fault: frame after its connection was given up");
    }
    this.#to.take(item);
    if (item === "reset") this.reset();
  }

  #returned(item: PipeItem): void {
    if (item === "open") return;
    this.#from.take(item);
    if (item === "reset") this.reset();
  }

  /** The first frame is the hello. */
  #asked(frame: Uint8Array): void {
    if (this.#hello !== undefined) return;
    const read = decodeSenderFrame(frame, new ByteReader());
    if (read.type === "hello") this.#hello = read.hello;
  }

  /** The first frame is the welcome, or a refusal. */
  #answered(frame: Uint8Array): void {
    if (this.#judged || this.#hello === undefined) return;
    this.#judged = true;
    if (decodeReceiverFrame(frame, new ByteReader()).type === "welcome") this.#setup.welcomed(this.#hello);
  }

  #open(): void {
    const { to, from, refused } = this.#setup;
    if (to.vanished) return this.#to.abandon();
    const failure = refused();
    if (failure !== undefined) {
      this.#to.abandon();
      return this.#from.fail(failure);
    }
    to.enter(() => {
      const accepted = to.handler?.(this.#to, { certifiedNode: undefined, from: from.address });
      if (accepted === undefined) this.#from.fail(nobody(to.address));
      else this.#to.events = accepted;
    });
  }
}

export const nobody = (address: string): TransportFailure => ({
  code: "unreachable",
  message: `nobody listens at ${address}`,
});
