import type { Clock } from "../../../base/clock.ts";

/** How often a node tells the process that started it that its event loop runs. */
export const signIntervalMs = 1_000;

/** Sends a sign of life to the parent, again and again. Nothing without a channel to it. Returns what ends it. */
export const sendSignsOfLife = (clock: Clock): (() => void) => {
  let stopped = false;
  const send = (): void => {
    if (stopped || !process.connected) return;
    process.send?.("alive", undefined, undefined, () => undefined);
    clock.after(signIntervalMs, send, true);
  };
  send();
  return () => {
    stopped = true;
  };
};
