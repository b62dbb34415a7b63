import { linksRun } from "./links-run.ts";

/** What a person asked for; the defaults are main's. */
export interface LinksFlags {
  readonly seconds: number;
  readonly seed: number;
  readonly leaseMs: number;
  readonly say: (line: string) => void;
  readonly print: (line: string) => void;
}

const nodes = 4;
/** In ten minutes, at least; a shorter run owes a part of them. */
const floors = { seconds: 600, faults: 20, handledPerSecond: 20, resent: 10, condemned: 5 } as const;
const longestConvergeMs = 10_000;
const shownViolations = 10;

/** Each link once, and again after each reset of both directions. */
const leastConnections = ({ reset = 0 }: Readonly<Record<string, number>>): number => nodes * (nodes - 1) + 2 * reset;

/** `links`: holds if nothing was violated and the run was hard enough to show it. */
export const links = async (flags: LinksFlags): Promise<boolean> => {
  const { violations, ...seen } = await linksRun({ ...flags, nodes });
  flags.print(JSON.stringify({ ...seen, violations: violations.length }));
  for (const { invariant, message } of violations.slice(0, shownViolations)) {
    flags.print(`violated ${invariant}: ${message}`);
  }
  const part = Math.min(1, flags.seconds / floors.seconds);
  const least = (floor: number): number => Math.floor(floor * part);
  const unmet = [
    ...Object.entries(seen.faults).flatMap(([kind, count]) =>
      count < least(floors.faults) ? [`${count} faults of the kind ${kind}`] : [],
    ),
    ...(seen.handled < floors.handledPerSecond * flags.seconds ? [`${seen.handled} messages handled`] : []),
    ...(seen.resent < least(floors.resent) ? [`${seen.resent} sent again`] : []),
    ...(seen.condemned < least(floors.condemned) ? [`${seen.condemned} nodes declared dead`] : []),
    ...(seen.connections < leastConnections(seen.faults) ? [`${seen.connections} connections`] : []),
    ...(seen.terminated === 0 || seen.stops["stopped"] === undefined ? ["nobody was watched and stopped"] : []),
    ...(seen.convergedMs > longestConvergeMs ? [`converged after ${seen.convergedMs} ms`] : []),
    ...seen.unmeant,
  ];
  for (const one of unmet) flags.print(`floor not met: ${one}`);
  return violations.length + seen.badEnds + unmet.length === 0;
};
