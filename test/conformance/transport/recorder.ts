import type { AcceptedPeer, Channel, ChannelEvents, Transport, TransportFailure } from "../../../src/cluster/index.ts";
import { until } from "../../support/until.ts";

/** One end of a connection, and what it was told. */
export class Recorder implements ChannelEvents {
  readonly frames: Uint8Array[] = [];
  readonly failures: TransportFailure[] = [];
  drains = 0;
  channel: Channel | undefined;
  peer: AcceptedPeer | undefined;

  onFrame(frame: Uint8Array): void {
    this.frames.push(frame);
  }

  onDrain(): void {
    this.drains += 1;
  }

  onClosed(failure: TransportFailure): void {
    this.failures.push(failure);
  }

  get texts(): readonly string[] {
    return this.frames.map((frame) => Buffer.from(frame).toString());
  }

  async reach(condition: (recorder: this) => boolean): Promise<void> {
    await until(
      () => condition(this),
      () => ({ frames: this.frames.length, failures: this.failures, drains: this.drains }),
    );
  }
}

/** What came in at a transport. */
export class Accepted {
  readonly all: Recorder[] = [];

  constructor(transport: Transport, react: (recorder: Recorder) => void = () => undefined) {
    transport.accept((channel, peer) => {
      const recorder = new Recorder();
      recorder.channel = channel;
      recorder.peer = peer;
      this.all.push(recorder);
      react(recorder);
      return recorder;
    });
  }

  async next(): Promise<Recorder> {
    const at = this.all.length;
    await until(
      () => this.all.length > 0,
      () => ({ accepted: at }),
    );
    const recorder = this.all.at(-1);
    if (recorder === undefined) throw new Error("nothing was accepted");
    return recorder;
  }
}

export const dial = (transport: Transport, node: string, address: string): Recorder => {
  const recorder = new Recorder();
  recorder.channel = transport.dial({ node, address }, recorder);
  return recorder;
};
