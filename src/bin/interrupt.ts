import { exitCodes } from "./exit-codes.ts";

/** Ctrl-C or a request to terminate. The first one asks for an orderly end, a second one ends the process at once. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Stops listening. */
  release(): void;
}

const onInterrupt = (run: () => void): (() => void) => {
  process.on("SIGINT", run).on("SIGTERM", run);
  return () => void process.off("SIGINT", run).off("SIGTERM", run);
};

export const listenForInterrupt = (say: (line: string) => void): Interrupt => {
  const controller = new AbortController();
  const release = onInterrupt(() => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    say("interrupted: stopping in order, press Ctrl-C again to stop at once");
    controller.abort();
  });
  return { signal: controller.signal, release };
};

/** For commands that hold nothing: the first interruption ends the process. Returns what stops listening. */
export const endOnInterrupt = (): (() => void) => onInterrupt(() => process.exit(exitCodes.interrupted));
