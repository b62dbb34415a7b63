import {
  checkFencing,
  checkIntervals,
  checkLeases,
  checkNoReturn,
  checkRate,
  kernelInvariants,
  type Violation,
} from "../support/invariants/index.ts";
import { checkFinished, checkNothingLost, checkOneEnd, checkPlan, checkPoison } from "./checks.ts";
import type { Cluster } from "./cluster.ts";
import { callTimeoutMs } from "./link.ts";
import { checkCancelled, checkPaused } from "./order-checks.ts";
import { ownershipOf, tablesOf } from "./ownership-of.ts";
import { checkTalkAsks } from "./talk/checks/asks.ts";
import { checkTalkMessages } from "./talk/checks/messages.ts";
import { checkTalkOrder } from "./talk/checks/order.ts";
import { checkTalkTerminated } from "./talk/checks/terminated.ts";
import { checkVotes } from "./suspicion-checks.ts";
import { settings } from "./node-settings.ts";
import type { FinalItem, WorkLog } from "./store-history.ts";
import { taskOf } from "./workload.ts";

/** A violation with what led to it. */
export interface FoundViolation extends Violation {
  /** What was looked at: `store`, `ownership`, …, or the node and incarnation whose actors it is about. */
  readonly where: string;
  /** The last events of that history up to it that may matter, as JSON. */
  readonly before: readonly string[];
}

const eventsBefore = 8;
/** A call may take until its deadline, and messages take a while. */
const reactionMs = callTimeoutMs + 500;
/**
 * How long after its cancelling a request of a scan may be sent: whoever hears nothing stops when its claim has run out on its own clock,
 * and looks at that with each heartbeat, a third of the lease apart.
 */
const cancelBoundMs = (settings.leaseMs * 4) / 3 + reactionMs;
/** How long a paused scan may keep its place: until then heartbeats may have arrived whose answers did not, and the last one holds too. */
const pauseBoundMs = 2 * settings.leaseMs + reactionMs;

/**
 * Everything that was recorded of one seed, judged.
 * @param noted what was seen to be wrong while it ran
 */
export const judge = (
  cluster: Cluster,
  log: WorkLog,
  final: readonly FinalItem[],
  noted: readonly Violation[],
): { readonly violations: readonly FoundViolation[]; readonly undecided: number } => {
  const { history, leases } = cluster.store;
  const ownership = ownershipOf(history);
  const requests = log.requests.map(({ template, atMs }) => ({ target: taskOf(template), atMs }));
  const tables = tablesOf(history);
  const { violations: unordered, undecided } = checkLeases(leases.calls);
  const ofStore = [
    ...noted,
    ...checkNothingLost(history, log, final),
    ...checkOneEnd(history, final),
    ...checkPlan(history, log, final),
    ...checkPoison(history, log, final),
    ...checkCancelled(history, log, cancelBoundMs),
    ...checkPaused(history, pauseBoundMs),
    ...checkFinished(history, final),
    ...checkVotes(history),
  ];
  const talk = cluster.talk.events;
  const ofTalk = [checkTalkOrder, checkTalkTerminated, checkTalkMessages, checkTalkAsks].flatMap((check) =>
    check(talk),
  );
  const violations = [
    ...withEvents("ownership", [...checkFencing(ownership), ...checkIntervals(ownership)], ownership),
    ...withEvents("leases", unordered, leases.calls),
    ...withEvents(
      "requests",
      checkRate(requests, { perSecond: settings.rateLimitPerTarget ?? Infinity, burst: 0 }),
      requests,
    ),
    ...withEvents("tables", checkNoReturn(tables), tables),
    ...withEvents("store", ofStore, history),
    ...withEvents("talk", ofTalk, talk),
    ...cluster.histories.flatMap(({ name, events }) =>
      withEvents(
        name,
        Object.values(kernelInvariants).flatMap((check) => check(events)),
        events,
      ),
    ),
  ];
  return { violations, undecided: undecided.length };
};

const withEvents = (
  where: string,
  violations: readonly Violation[],
  history: readonly object[],
): readonly FoundViolation[] =>
  violations.map((violation) => {
    const { about = "" } = violation;
    const before: string[] = [];
    for (let at = Math.min(violation.at, history.length - 1); at >= 0 && before.length < eventsBefore; at -= 1) {
      const event = JSON.stringify(history[at]);
      if (event.includes(about)) before.unshift(event);
    }
    return { ...violation, where, before };
  });
