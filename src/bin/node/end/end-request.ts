import { fstatSync } from "node:fs";
import type { Clock } from "../../../base/clock.ts";
import { EndSignals } from "../../process/end-signals.ts";
import { exitCodes } from "../../process/exit-codes.ts";

/** Who asked a process to end: a person at the keyboard, a supervisor, or nobody because the parent is gone. */
export type EndCause = "interrupt" | "terminate" | "parent-gone";

export interface EndRequest {
  /** Resolves with the first request. A later Ctrl-C ends the process at once. */
  readonly asked: Promise<EndCause>;
  /** Stops listening, so that nothing keeps the process. */
  release(): void;
}

/** Whether standard input belongs to whoever started this process; `/dev/null`, a file and a terminal do not. */
const inputIsPipe = (): boolean => {
  try {
    const input = fstatSync(0);
    return input.isFIFO() || input.isSocket();
  } catch {
    return false;
  }
};

/**
 * Listens for requests to end: SIGTERM, SIGINT, SIGHUP, the end of the channel to the parent or, without one, of standard input if that
 * is a pipe. A process with a channel leaves what a terminal sends to its parent, which gets it as well and decides.
 */
export const listenForEnd = (clock: Clock): EndRequest => {
  const hasChannel = process.connected;
  let answer: (cause: EndCause) => void = () => undefined;
  const asked = new Promise<EndCause>((resolve) => (answer = resolve));
  const signals = new EndSignals(clock);
  const terminate = (signal: "SIGTERM" | "SIGHUP"): void => {
    signals.take(signal);
    answer("terminate");
  };
  const interrupt = (): void => {
    if (process.connected) return;
    if (signals.take("SIGINT") === "at-once") process.exit(exitCodes.interrupted);
    answer("interrupt");
  };
  const hangUp = (): void => {
    if (!process.connected) terminate("SIGHUP");
  };
  const gone = (): void => answer("parent-gone");
  process.on("SIGINT", interrupt).on("SIGHUP", hangUp).on("SIGTERM", terminate);
  const watchesInput = !hasChannel && inputIsPipe();
  if (hasChannel) process.on("disconnect", gone);
  else if (watchesInput) process.stdin.on("end", gone).on("error", gone).resume();
  return {
    asked,
    release: () => {
      process.off("SIGINT", interrupt).off("SIGHUP", hangUp).off("SIGTERM", terminate).off("disconnect", gone);
      if (watchesInput) process.stdin.off("end", gone).off("error", gone).destroy();
      if (process.connected) process.disconnect();
    },
  };
};
