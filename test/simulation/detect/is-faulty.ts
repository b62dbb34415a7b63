import type { World } from "../world.ts";

/** Nodes are well long before everything is decided: what goes wrong around them goes on until then. */
const faultyUntilMs = 16_000;

/** Whether things still go wrong around the nodes that make verdicts. */
export const isFaulty = ({ clock }: World): boolean => clock.monotonicMs() < faultyUntilMs;
