import { taskQueue } from "../../src/actors/scan/index.ts";
import { retryLimits } from "../../src/store/index.ts";
import { clusterBranches, countClusterBranches } from "./cluster-branches.ts";
import { detectionBranches, detectionFaults } from "./detect/detection-branches.ts";
import { linkBranches, rareLinkBranches } from "./link-branches.ts";
import { networkFaults } from "./network-faults.ts";
import { responseBranches, responseFaults } from "./respond/response-branches.ts";
import type { FinalItem, StoreEvent } from "./store-history.ts";

/** Every kind of fault and every branch of the protocols that a long run has to reach; one that is not reached proves nothing. */
export const expectedCoverage: readonly string[] = [
  "fault: kill actor",
  "fault: crash sink",
  "fault: crash sink until its budget is spent",
  "fault: crash node",
  "fault: freeze node",
  "fault: drain node",
  "fault: hang store",
  "fault: store unsent",
  "fault: store unanswered",
  "fault: store busy",
  "fault: store late",
  "fault: work fails",
  "fault: work kills its node",
  "fault: hint lost",
  "fault: cut off requests",
  "fault: cut off answers",
  "fault: stop store",
  "fault: fail over store",
  "fault: join node",
  "fault: leave for good",
  "fault: crash an owner in the calm",
  "fault: frame lost",
  "fault: frame repeated",
  "fault: frame reset",
  "fault: frame late",
  "fault: frame after its connection was given up",
  "fault: machine vanished",
  ...new Set(networkFaults.map(([name]) => `fault: ${name}`)),
  "branch: planned",
  "branch: split",
  "branch: paused",
  "branch: resumed",
  "branch: cancelled",
  "branch: order repeated",
  "branch: finished",
  "branch: refused",
  "branch: probe-restarted",
  "branch: task-ended",
  "branch: work aborted",
  "branch: late after a thaw",
  "branch: stale-guard",
  "branch: submission repeated",
  "branch: node stopped",
  "branch: node failed",
  "branch: released returned",
  "branch: released failed",
  "branch: released lost",
  "branch: taken over by another node",
  "branch: claim ran out",
  "branch: task resumed from its checkpoint",
  "branch: item ran alone",
  "branch: dead by failures",
  "branch: dead by losses",
  "branch: failover lost a write",
  "branch: node lost",
  "branch: owner stopped without its grant",
  "branch: owner held back at its deadline",
  "branch: owner learned that it is none",
  ...[...responseFaults, ...detectionFaults].map((fault) => `fault: ${fault}`),
  ...[...clusterBranches, ...linkBranches, ...responseBranches, ...detectionBranches].map(
    (branch) => `branch: ${branch}`,
  ),
];

/** Branches that only a run of very many seeds has to reach. */
export const rareCoverage: readonly string[] = rareLinkBranches.map((branch) => `branch: ${branch}`);

/** The branches that can be told from what the store accepted and from how everything ended. */
export const branchesOf = (
  history: readonly StoreEvent[],
  final: readonly FinalItem[],
): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  const count = (branch: string): void =>
    void counts.set(`branch: ${branch}`, (counts.get(`branch: ${branch}`) ?? 0) + 1);
  const owners = new Map<string, string>();
  const planned = new Set<string>();
  for (const event of history) {
    if (event.type === "claimed") {
      for (const { queue, id, losses } of event.claims) {
        const before = owners.get(`${queue}/${id}`);
        if (before !== undefined && before !== event.owner) count("taken over by another node");
        owners.set(`${queue}/${id}`, event.owner);
        if (losses > 0) count("claim ran out");
        if (losses >= retryLimits.aloneAfterLosses) count("item ran alone");
        if (planned.has(id)) count("task resumed from its checkpoint");
      }
    } else if (event.type === "committed") {
      for (const change of event.changes) {
        if (change.type === "release") count(`released ${change.reason}`);
        if (change.type === "checkpoint" && change.claim.queue === taskQueue) planned.add(change.claim.id);
      }
    }
  }
  countClusterBranches(history, count);
  for (const { deadBy } of final) if (deadBy !== undefined) count(`dead by ${deadBy}`);
  return counts;
};
