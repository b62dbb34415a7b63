import type { Random } from "../../base/random.ts";

const leastMs = 50;
/** Short beside the leases of nodes: whoever comes back late loses its own. */
const mostMs = 500;

/** The pause before the next try after `failures` (≥ 1) in a row: doubled each time, and spread so that nodes do not come all at once. */
export const backoffMs = (failures: number, random: Random): number =>
  Math.min(mostMs, leastMs * 2 ** Math.min(failures - 1, 16)) * (0.5 + random.next() / 2);
