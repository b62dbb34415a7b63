import { checkFencing } from "./i01-fencing.ts";
import { checkIntervals } from "./i02-intervals.ts";
import { checkLeases } from "./i03-lease-linearizable.ts";
import { checkRate } from "./i13-rate.ts";
import { checkConverged, checkNoReturn } from "./i15-views.ts";
import { checkDescendants } from "./i10-descendants.ts";
import { checkOneAtATime } from "./i08-one-at-a-time.ts";
import { checkOrder } from "./i07-order.ts";
import { checkConservation } from "./i17-conservation.ts";
import { checkRestartBudget } from "./i11-restart-budget.ts";
import { checkTerminatedOnce } from "./i09-terminated-once.ts";
import type { Check } from "./violation.ts";

export { checkConservation, checkDescendants, checkOneAtATime, checkOrder, checkRestartBudget, checkTerminatedOnce };
export { checkConverged, checkFencing, checkIntervals, checkLeases, checkNoReturn, checkRate };
export type { LeaseVerdict } from "./i03-lease-linearizable.ts";
export type { LeaseCall, LeaseOperation } from "./lease-model/lock.ts";
export type { RateLimit, SeenRequest } from "./i13-rate.ts";
export type { NodeView, TableRow, TableVersion } from "./i15-views.ts";
export type { OwnershipEvent, OwnershipFact } from "./ownership-history.ts";
export { assertNone, type Check, type InvariantId, type Violation } from "./violation.ts";

/** What holds for every actor, by the name of the invariant. */
export const kernelInvariants = {
  I7: checkOrder,
  I8: checkOneAtATime,
  I9: checkTerminatedOnce,
  I10: checkDescendants,
  I11: checkRestartBudget,
  I17: checkConservation,
} satisfies Record<string, Check>;
