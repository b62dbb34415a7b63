import type { Retention } from "./model/unit.ts";

const dayMs = 24 * 3_600_000;

/** A day for what ended in order, a month for dead letters: they wait for a person. */
export const defaultRetention: Retention = { retainMs: dayMs, retainDeadMs: 30 * dayMs };
