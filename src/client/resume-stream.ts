import type { Clock } from "../base/clock.ts";
import { pause } from "../base/pause.ts";
import { ClientError } from "./errors.ts";

export interface ResumeOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long no attempt may bring anything before the last error is raised (default 30,000). */
  readonly silenceMs?: number;
}

const firstPauseMs = 100;
const longestPauseMs = 2_000;

/** Nodes die, restart and drain: these ends say nothing about what is watched. */
const isPassing = ({ code, retryable }: ClientError): boolean =>
  retryable || code === "unavailable" || code === "deadline" || code === "cancelled" || code === "internal";

/**
 * One stream made of many: opened again, with growing pauses, whenever it breaks. It ends when the node ends it in order, quietly when
 * `signal` is aborted, and with a ClientError for what another attempt does not mend.
 */
export async function* resumeStream<Message>(
  open: () => AsyncIterable<Message>,
  { clock, signal, silenceMs = 30_000 }: ResumeOptions,
): AsyncGenerator<Message, void> {
  let heardMs = clock.monotonicMs();
  let pauseMs = firstPauseMs;
  const aborted = (): boolean => signal.aborted;
  while (!aborted()) {
    let heard = false;
    try {
      for await (const message of open()) {
        heard = true;
        yield message;
        heardMs = clock.monotonicMs();
        pauseMs = firstPauseMs;
      }
      return;
    } catch (error) {
      if (aborted()) return;
      if (!(error instanceof ClientError) || !isPassing(error)) throw error;
      // An attempt that brought something and then stayed silent until its deadline was in order.
      if (heard && error.code === "deadline") heardMs = clock.monotonicMs();
      else if (clock.monotonicMs() - heardMs > silenceMs) throw error;
      await pause(clock, pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }
}
