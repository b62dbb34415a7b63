import { checkDescendants } from "./i10-descendants.ts";
import { checkOneAtATime } from "./i08-one-at-a-time.ts";
import { checkOrder } from "./i07-order.ts";
import { checkConservation } from "./i17-conservation.ts";
import { checkRestartBudget } from "./i11-restart-budget.ts";
import { checkTerminatedOnce } from "./i09-terminated-once.ts";
import type { Check } from "./violation.ts";

export { checkConservation, checkDescendants, checkOneAtATime, checkOrder, checkRestartBudget, checkTerminatedOnce };
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
