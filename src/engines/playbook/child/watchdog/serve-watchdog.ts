import type { Duplex } from "node:stream";
import type { Clock } from "../../../../base/clock.ts";
import { FrameReader } from "../../protocol/frame-reader.ts";
import { FrameWriter } from "../../protocol/frame-writer.ts";
import { type FromChild, frameBounds } from "../../protocol/messages.ts";
import { beatMs } from "./pulse.ts";

export interface WatchdogSettings {
  /** Of `Pulse`. */
  readonly shared: SharedArrayBuffer;
  /** How long the main thread may be silent, milliseconds. */
  readonly stallMs: number;
}

interface WatchdogSetup extends WatchdogSettings {
  /** Open for as long as the node lives. */
  readonly life: Duplex;
  readonly clock: Clock;
  /** Ends this process and all that it has started. */
  readonly endAll: () => void;
}

/**
 * Watches over the process of a run on a thread with an event loop of its own, so that it works while the main thread loops for ever.
 * When the node is gone, everything of the run ends at once. When the main thread is silent for too long it tells the node, once.
 */
export const serveWatchdog = ({ life, shared, stallMs, clock, endAll }: WatchdogSetup): void => {
  // The node says nothing here.
  new FrameReader(life, 0, { frame: endAll, ended: endAll });
  const writer = new FrameWriter<FromChild>(life, frameBounds.fromChildBytes);
  const counter = new Int32Array(shared);
  const everyMs = beatMs(stallMs);
  let seen = 0;
  let silentMs = 0;
  let lookedMs = clock.monotonicMs();

  const look = (): void => {
    const nowMs = clock.monotonicMs();
    const count = Atomics.load(counter, 0);
    // While the whole machine or this process is frozen nobody is silent.
    silentMs = count === 0 || count !== seen ? 0 : silentMs + Math.min(nowMs - lookedMs, 2 * everyMs);
    seen = count;
    lookedMs = nowMs;
    if (silentMs >= stallMs) writer.write({ type: "stalled", forMs: Math.round(silentMs) });
    else clock.after(everyMs, look, true);
  };
  look();
};
