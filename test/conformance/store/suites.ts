import type { StoreAdapter } from "./adapter.ts";
import { commitSuite } from "./commit.ts";
import { groupsSuite } from "./groups.ts";
import { leasesSuite } from "./leases.ts";
import { limitsSuite } from "./limits.ts";
import { recordsSuite } from "./records.ts";
import { workEndsSuite } from "./work-ends.ts";
import { workQueueSuite } from "./work-queue.ts";

/** What every adapter passes. */
export const storeSuites = (adapter: StoreAdapter): void => {
  for (const suite of [commitSuite, workQueueSuite, workEndsSuite, groupsSuite, recordsSuite, leasesSuite, limitsSuite])
    suite(adapter);
};
