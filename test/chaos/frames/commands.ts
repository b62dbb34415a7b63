import { framesRun } from "./frames-run.ts";

/** What a person asked for; the defaults are main's. */
export interface FramesFlags {
  readonly frames: number;
  readonly seed: number;
  readonly leaseMs: number;
  readonly say: (line: string) => void;
  readonly print: (line: string) => void;
}

/** `frames`: holds if the node lives, and has counted how each connection ended. */
export const frames = async (flags: FramesFlags): Promise<boolean> => {
  const seen = await framesRun(flags);
  flags.print(JSON.stringify(seen));
  return seen.lives && seen.uncounted === 0 && seen.received >= flags.frames;
};
