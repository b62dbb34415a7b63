import type { GuardLedger } from "../ledger.ts";
import type { Access } from "./visits.ts";
import type { Visitor } from "./visitor.ts";

/** What the clients got to know. */
export interface VisitorsLog {
  readonly visitors: readonly Visitor[];
  /** Accesses in their order. */
  readonly log: readonly Access[];
  /** More accesses than this are to be intercepted. */
  readonly limit: number;
  /** Clients that were blocked while they had not exceeded the limit, by what the service listed. */
  readonly blockedWithin: ReadonlySet<string>;
  /** Clients that every front end denied in the end. */
  readonly denied: ReadonlySet<string>;
  /** The life of a front end that was killed; it may have lost `mayLose` accesses. */
  readonly killed: Pick<Access, "frontEnd" | "life">;
  readonly mayLose: number;
}

/** Clients of which not all accesses may count: the last ones of the front end that was killed, and those without an answer. */
export const clientsAtRisk = (
  log: readonly Access[],
  { killed, mayLose }: Pick<VisitorsLog, "killed" | "mayLose">,
): ReadonlySet<string> => {
  const ofKilled = log.filter(({ frontEnd, life }) => frontEnd === killed.frontEnd && life === killed.life);
  const last = ofKilled.filter(({ outcome }) => outcome === "served").slice(-mayLose);
  return new Set([...last, ...log.filter(({ outcome }) => outcome === "unanswered")].map(({ from }) => from));
};

/** Clients that a front end denied before they could have exceeded the limit. */
const deniedWithin = (log: readonly Access[], limit: number): ReadonlySet<string> => {
  const possible = new Map<string, number>();
  const denied = new Set<string>();
  for (const { from, outcome } of log) {
    const before = possible.get(from) ?? 0;
    if (outcome !== "denied") possible.set(from, before + 1);
    else if (before <= limit) denied.add(from);
  }
  return denied;
};

/**
 * Settles the accesses of clients against what becomes of them: a client that needs more than one access beyond the limit to be blocked had
 * some that did not count. Those are lost, but for what a front end that is killed may lose. Clients that are blocked earlier had accesses that
 * counted twice. Of clients that never exceed it nobody can say how many were lost: `planned` leaves them out.
 */
export const settleVisits = (
  known: VisitorsLog,
  { restarts, takeoverMs }: Pick<GuardLedger, "restarts" | "takeoverMs">,
): GuardLedger => {
  const { visitors, log, limit, denied, mayLose } = known;
  const falselyBlocked = new Set([...known.blockedWithin, ...deniedWithin(log, limit)]);
  const atRisk = clientsAtRisk(log, known);
  const crossing = visitors.filter(({ group }) => group !== "harmless").map(({ address }) => address);
  let [planned, lost, lostByKill] = [0, 0, 0];
  for (const address of crossing) {
    const served = log.filter(({ from, outcome }) => from === address && outcome === "served").length;
    const missing = denied.has(address) ? Math.max(0, served - limit - 1) : Math.max(1, served - limit);
    planned += served;
    if (atRisk.has(address)) lostByKill += missing;
    else lost += missing;
  }
  return {
    system: "guard",
    planned,
    done: planned - lost - lostByKill,
    doneTwice: falselyBlocked.size,
    lost: lost + Math.max(0, lostByKill - mayLose),
    restarts,
    takeoverMs,
    mayLose,
    blocked: crossing.filter((address) => denied.has(address)).length,
    falseBlocks: falselyBlocked.size,
  };
};
