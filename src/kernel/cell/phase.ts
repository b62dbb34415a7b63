/**
 * Where an actor is in its life: starting → running → (restarting → starting | stopping → stopped). Ordered, so that "at least
 * stopping" is one comparison.
 */
export const phases = ["starting", "running", "restarting", "stopping", "stopped"] as const;
/** Name of a phase, as views of the tree show it. */
export type PhaseName = (typeof phases)[number];

export const starting = 0;
export const running = 1;
export const restarting = 2;
export const stopping = 3;
export const stopped = 4;
export type Phase = typeof starting | typeof running | typeof restarting | typeof stopping | typeof stopped;
