import { systemClock } from "../../base/clock.ts";
import { EndSignals } from "./end-signals.ts";
import { exitCodes } from "./exit-codes.ts";

/** Ctrl-C or a request to terminate. The first one asks for an orderly end, a later Ctrl-C ends the process at once. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Stops listening. */
  release(): void;
}

const onInterrupt = (run: (signal: "SIGINT" | "SIGTERM") => void): (() => void) => {
  process.on("SIGINT", run).on("SIGTERM", run);
  return () => void process.off("SIGINT", run).off("SIGTERM", run);
};

export const listenForInterrupt = (say: (line: string) => void): Interrupt => {
  const controller = new AbortController();
  const signals = new EndSignals(systemClock);
  const release = onInterrupt((name) => {
    const meant = signals.take(name);
    if (meant === "at-once") process.exit(exitCodes.interrupted);
    if (meant === "repeated") return;
    say("interrupted: stopping in order, press Ctrl-C again to stop at once");
    controller.abort();
  });
  return { signal: controller.signal, release };
};

/** For commands that hold nothing: the first interruption ends the process. Returns what stops listening. */
export const endOnInterrupt = (): (() => void) => onInterrupt(() => process.exit(exitCodes.interrupted));
