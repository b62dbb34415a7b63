import cliProgress from "cli-progress";
import type { Clock } from "../../../base/clock.ts";

/** How far some work has come, shown on standard error: a bar on a terminal, a line now and then in a pipe. */
export interface Progress {
  update(done: number, total: number, note: string): void;
  /** Ends the display; nothing is shown afterwards. */
  stop(): void;
}

const lineEveryMs = 5_000;

const bar = (): Progress => {
  const display = new cliProgress.SingleBar({
    format: "scan [{bar}] {percentage}% {value}/{total} {note}",
    hideCursor: true,
    clearOnComplete: false,
    barsize: 30,
    stream: process.stderr,
  });
  display.start(1, 0, { note: "planning" });
  return {
    update: (done, total, note) => {
      display.setTotal(total);
      display.update(done, { note });
    },
    stop: () => display.stop(),
  };
};

/** Passes on at most one line in a while. */
const nowAndThen = (clock: Clock): ((line: () => string) => void) => {
  let saidMs = clock.monotonicMs();
  return (line) => {
    const nowMs = clock.monotonicMs();
    if (nowMs - saidMs < lineEveryMs) return;
    saidMs = nowMs;
    process.stderr.write(`${line()}\n`);
  };
};

const lines = (clock: Clock): Progress => {
  const say = nowAndThen(clock);
  return {
    update: (done, total, note) => say(() => `scan ${done}/${total} ${note}`),
    stop: () => undefined,
  };
};

const silent: Progress = { update: () => undefined, stop: () => undefined };

export const createProgress = (clock: Clock, quiet: boolean): Progress => {
  if (quiet) return silent;
  return process.stderr.isTTY ? bar() : lines(clock);
};

/** Says now and then how many there were until now, where nobody knows how many there will be. */
export const createCounter = (clock: Clock, quiet: boolean, what: string): ((count: number) => void) => {
  if (quiet) return () => undefined;
  const say = nowAndThen(clock);
  return (count) => say(() => `${count} ${what}`);
};
