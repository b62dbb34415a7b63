import type { Socket } from "node:net";
import type { Clock, Timer } from "../../../base/clock.ts";
import { pause } from "../../../base/pause.ts";
import type { EventStatistics } from "../intake/event-statistics.ts";
import type { SyslogLimits } from "./limits.ts";
import type { MessageIntake } from "./message-intake.ts";
import type { Sender } from "./senders.ts";
import { StreamFrames } from "./stream-frames.ts";

export interface MessageStreamSetup {
  readonly intake: MessageIntake;
  readonly statistics: EventStatistics;
  readonly limits: Pick<SyslogLimits, "messageBytes" | "messageMs">;
  readonly clock: Clock;
}

/**
 * Reads one connection to its end. It is read no faster than messages are stored and its source may send: the machine then makes the sender
 * wait.
 *
 * @throws FramingError; Error when the connection breaks off
 */
export const readMessages = async (
  socket: Socket,
  sender: Sender,
  address: string,
  transport: "tcp" | "tls",
  setup: MessageStreamSetup,
): Promise<void> => {
  const { intake, statistics, limits, clock } = setup;
  const frames = new StreamFrames(limits.messageBytes);
  const closed = new AbortController();
  socket.once("close", () => closed.abort());
  const take = async (bytes: Buffer): Promise<void> => {
    for (let ms = sender.gate?.take(1) ?? 0; ms > 0; ms = sender.gate?.take(1) ?? 0) {
      await pause(clock, ms, closed.signal);
      if (closed.signal.aborted) break;
    }
    await intake.room();
    intake.take(bytes, address, sender, transport);
  };
  const patience = new MessagePatience(clock, limits.messageMs, () => socket.destroy());
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      patience.rest();
      let completed = false;
      for (const frame of frames.push(chunk)) {
        completed = true;
        if (frame.type === "message") await take(frame.bytes);
        else statistics.count(transport, "too-large");
      }
      patience.wait(frames.isPartial, completed);
    }
    const last = frames.end();
    if (last !== undefined) await take(last);
  } finally {
    patience.rest();
  }
};

/** How long the sender may take for the rest of a message. Time that we take does not count. */
class MessagePatience {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #end: () => void;
  #leftMs: number;
  #sinceMs = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, ms: number, end: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#end = end;
    this.#leftMs = ms;
  }

  rest(): void {
    if (this.#timer === undefined) return;
    this.#timer.cancel();
    this.#timer = undefined;
    this.#leftMs -= this.#clock.monotonicMs() - this.#sinceMs;
  }

  /** @param completed a message was, since the last call: what is partial now began only then */
  wait(isPartial: boolean, completed: boolean): void {
    if (completed || !isPartial) this.#leftMs = this.#ms;
    if (!isPartial) return;
    this.#sinceMs = this.#clock.monotonicMs();
    this.#timer = this.#clock.after(this.#leftMs, this.#end, true);
  }
}
