import { slowRun, withinBounds, type SlowPhase } from "./slow-run.ts";

/** What a person asked for; the defaults are main's. */
export interface SlowFlags {
  /** Of each of the three phases. */
  readonly seconds: number;
  readonly say: (line: string) => void;
  readonly print: (line: string) => void;
}

/** The outbox of 16 MiB, with what the collector has not freed yet. */
const mostGrowthMb = 100;

/** `slow`: a stopped and a slow peer. Holds if the outbox and the memory of the sender stay within bounds, and it is told of each refusal. */
export const slow = async (flags: SlowFlags): Promise<boolean> => {
  const seen = await slowRun(flags);
  flags.print(JSON.stringify(seen));
  const disturbed = [seen.stopped, seen.slow];
  const told = (phase: SlowPhase): boolean => phase.refused > 0 && phase.unreachable === phase.refused;
  const grown = Math.max(...disturbed.map(({ mostRssMb }) => mostRssMb - seen.calm.mostRssMb));
  flags.print(`memory of the sender: at most ${grown} MB more than undisturbed`);
  return (
    [seen.calm, ...disturbed].every(withinBounds) && disturbed.every(told) && grown <= mostGrowthMb && seen.lives === 2
  );
};
