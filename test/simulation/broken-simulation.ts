import type { BrokenBuild } from "../support/broken-build.ts";

/** The layer that has the defect: those of one layer are tested in a file of their own, side by side with the others. */
export type BrokenLayer = "store" | "cluster" | "links" | "kernel" | "actors" | "respond" | "detect";

export interface BrokenSimulation extends BrokenBuild {
  readonly layer: BrokenLayer;
  readonly invariant: string;
  /** Where to begin: at a seed that was seen to show it, to save time. Another one shows it too when the simulation has changed. */
  readonly firstSeed: number;
}
