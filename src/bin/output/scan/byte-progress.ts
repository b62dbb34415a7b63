import cliProgress from "cli-progress";
import type { Clock } from "../../../base/clock.ts";

/** How much of some bytes has been worked on, shown on standard error. */
export interface ByteProgress {
  /** @param note what came of it until now */
  update(note: string): void;
  /** Ends the display; nothing is shown afterwards. */
  stop(): void;
}

/** What is read, and how much of it there is. */
interface Source {
  readonly bytesRead: () => number;
  /** `undefined`: nobody knows. */
  readonly bytes: number | undefined;
}

const lineEveryMs = 5_000;
const silent: ByteProgress = { update: () => undefined, stop: () => undefined };

const bar = (bytes: number, bytesRead: () => number): ByteProgress => {
  const display = new cliProgress.SingleBar({
    format: "[{bar}] {percentage}% {note}",
    hideCursor: true,
    clearOnComplete: false,
    barsize: 30,
    stream: process.stderr,
  });
  display.start(Math.max(1, bytes), 0, { note: "" });
  return {
    update: (note) => display.update(Math.min(bytes, bytesRead()), { note }),
    stop: () => display.stop(),
  };
};

const lines = (clock: Clock): ByteProgress => {
  let saidMs = clock.monotonicMs();
  return {
    update: (note) => {
      const nowMs = clock.monotonicMs();
      if (nowMs - saidMs < lineEveryMs) return;
      saidMs = nowMs;
      process.stderr.write(`${note}\n`);
    },
    stop: () => undefined,
  };
};

/** A bar on a terminal when the amount is known, else a line now and then; nothing where the results scroll by on the terminal themselves. */
export const createByteProgress = (clock: Clock, { bytes, bytesRead }: Source, quiet: boolean): ByteProgress => {
  if (quiet || process.stdout.isTTY) return silent;
  return process.stderr.isTTY && bytes !== undefined ? bar(bytes, bytesRead) : lines(clock);
};
