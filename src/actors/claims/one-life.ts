import type { Supervision } from "../../kernel/index.ts";

/**
 * For workers that hold one claim each: one that fails reports it in its next life and ends, and its claim goes back with a failure counted.
 * So restarts are few.
 */
export const oneLifeEach: Partial<Supervision> = {
  strategy: "one-for-one",
  maxRestarts: 3,
  withinMs: 60_000,
  whenExhausted: "stop",
  backoff: undefined,
};
