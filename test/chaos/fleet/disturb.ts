import { systemClock } from "../../../src/base/clock.ts";
import { exitCodes } from "../../../src/bin/process/exit-codes.ts";
import { FleetFaults } from "./fault-injector.ts";
import { planFleetFaults, type FleetFaultKind } from "./fault-plan.ts";
import type { Fleet } from "./fleet.ts";

export interface DisturbOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly nodes: number;
  readonly leaseMs: number;
  readonly everyMs: number;
  readonly kinds: readonly FleetFaultKind[];
  readonly say: (line: string) => void;
}

/** What was done to a fleet. Times on the machine's monotonic clock. */
export interface Disturbed {
  readonly faults: FleetFaults;
  readonly healedMs: number;
  /** From the last mended fault until every node that runs has open links to all others. */
  readonly convergedMs: number;
  /** From the last mended fault until every node was back. */
  readonly wholeMs: number;
}

/** On a machine that others load too. */
const backMs = 180_000;

/** Does what the plan of a seed says, mends all of it, and waits until every node is back. */
export const disturb = async (fleet: Fleet, { say, ...plan }: DisturbOptions): Promise<Disturbed> => {
  const faults = new FleetFaults(fleet, say);
  await faults.run(planFleetFaults(plan));
  const healedMs = systemClock.monotonicMs();
  const sinceMs = (): number => Math.round(systemClock.monotonicMs() - healedMs);
  await fleet.untilConverged(backMs);
  const convergedMs = sinceMs();
  await fleet.untilWhole(backMs);
  const wholeMs = sinceMs();
  say(`converged after ${convergedMs} ms, whole after ${wholeMs} ms`);
  return { faults, healedMs, convergedMs, wholeMs };
};

/** What became of the nodes of a fleet. */
export interface FleetOutcome {
  readonly lives: number;
  /** Nodes that others declared dead, and that noticed it. */
  readonly condemned: number;
  readonly unmeant: readonly string[];
  readonly badEnds: number;
}

/** Of a fleet that was asked to leave in order. */
export const outcomeOf = (fleet: Fleet): FleetOutcome => ({
  lives: fleet.nodes.reduce((sum, node) => sum + node.lives.length, 0),
  condemned: fleet.lost,
  unmeant: fleet.unmeant,
  badEnds: fleet.living.filter(({ exit }) => exit?.code !== exitCodes.complete).length,
});
