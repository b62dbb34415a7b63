import type { Clock } from "../base/clock.ts";
import { pause } from "../base/pause.ts";
import type { Space } from "../store/index.ts";

/** A thing is sent at most so often, and looked at so often when nothing tells of a change. */
const shortestMs = 100;
const longestMs = 1_000;

export interface WatchSetup<Message> {
  /** In which the thing is. */
  readonly space: Space;
  readonly clock: Clock;
  /** How it stands now. What it throws ends the watch. */
  readonly look: () => Promise<{ readonly message: Message; readonly ended: boolean }>;
}

/**
 * A thing as it stands, then whenever it has changed, until it has ended or the signal is aborted. States that come and go faster than they
 * are taken are left out.
 */
export async function* watchUntilEnded<Message>(
  { space, clock, look }: WatchSetup<Message>,
  signal: AbortSignal,
): AsyncGenerator<Message, void> {
  let sent = "";
  const aborted = (): boolean => signal.aborted;
  while (!aborted()) {
    const seen = await space.revision();
    const { message, ended } = await look();
    const text = JSON.stringify(message);
    if (text !== sent) yield message;
    sent = text;
    if (ended) return;
    await pause(clock, shortestMs, signal);
    // An abort has to wait for this one: it is short.
    if (!aborted()) await space.changed(seen, longestMs - shortestMs);
  }
}
