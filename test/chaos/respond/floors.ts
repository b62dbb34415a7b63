import { built } from "../../support/built.ts";
import type { RespondFlags } from "./flags.ts";
import type { NodeFiles } from "./respond-cluster.ts";

/** Builds what users run, unless nodes are started from what is there. */
export const filesOf = async ({ compiled }: RespondFlags): Promise<NodeFiles> => {
  if (compiled) return "compiled";
  await built();
  return "built";
};

/** Prints what was seen and each violation; whether there is none. */
export const holds = (flags: Pick<RespondFlags, "print">, name: string, violations: readonly string[]): boolean => {
  for (const violation of violations) flags.print(`violated ${name}: ${violation}`);
  return violations.length === 0;
};

/** Prints each floor that was not met: a run that did not hurt shows nothing. */
export const hurt = (
  flags: Pick<RespondFlags, "print">,
  floors: readonly (readonly [name: string, seen: number, least: number])[],
): boolean => {
  const missed = floors.filter(([, seen, least]) => seen < least);
  for (const [name, seen, least] of missed) flags.print(`floor not met: ${seen} ${name}, at least ${least}`);
  return missed.length === 0;
};
