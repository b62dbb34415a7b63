import { exitCodes } from "./exit-codes.ts";

/** Ctrl-C or a request to terminate. The first one asks for an orderly end, a second one ends the process at once. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Stops listening. */
  release(): void;
}

export const listenForInterrupt = (say: (line: string) => void): Interrupt => {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    say("interrupted: stopping in order, press Ctrl-C again to stop at once");
    controller.abort();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  return {
    signal: controller.signal,
    release: () => {
      process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    },
  };
};
