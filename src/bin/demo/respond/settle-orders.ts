import type { Ledger } from "../ledger.ts";
import type { SeenOrder } from "./console-server.ts";
import type { ExpectedOrder, Incident } from "./incident.ts";

/** What the submitter of the events got to know. */
export interface SubmitterLog {
  /** Events that were acknowledged, and of which nobody can say what became of them. */
  readonly unanswered: number;
  /** When a node was killed, on the monotonic clock; `undefined`: none was. */
  readonly killedAtMs: number | undefined;
}

/**
 * Settles the orders that the incidents were to lead to against those that the console has seen. One that it has not seen is lost. One
 * that it has seen again was done twice, unless it is idempotent, by the same run, and before anything that follows from its outcome:
 * then a run that was taken over did not know of it yet.
 */
export const settleOrders = (
  incidents: readonly Incident[],
  seen: readonly SeenOrder[],
  { unanswered, killedAtMs }: SubmitterLog,
): Ledger => {
  const byOrder = new Map<string, SeenOrder[]>();
  for (const hit of seen) byOrder.set(hit.order, [...(byOrder.get(hit.order) ?? []), hit]);
  const ledger = { planned: 0, done: 0, doneTwice: 0, lost: unanswered };
  let takeoverMs = 0;
  for (const { orders } of incidents) {
    const hitsOf = ({ order }: ExpectedOrder): readonly SeenOrder[] => byOrder.get(order) ?? [];
    for (const order of orders) {
      const hits = hitsOf(order);
      ledger.planned += 1;
      if (hits.length > 0) ledger.done += 1;
      else ledger.lost += 1;
      const following = orders.filter(({ stage }) => stage > order.stage).flatMap(hitsOf);
      ledger.doneTwice += hits.slice(1).filter((hit) => !isRepetition(order, hits[0], hit, following)).length;
    }
    takeoverMs = Math.max(takeoverMs, takeoverOf(orders.map(hitsOf), killedAtMs));
  }
  const restarts = killedAtMs === undefined ? 0 : 1;
  return { system: "respond", ...ledger, restarts, takeoverMs: Math.round(takeoverMs) };
};

const isRepetition = (
  { idempotent }: ExpectedOrder,
  first: SeenOrder | undefined,
  again: SeenOrder,
  following: readonly SeenOrder[],
): boolean => idempotent && first?.key === again.key && following.every(({ atMs }) => again.atMs <= atMs);

/** From the kill to the first order of an incident that is given again after it; 0: none was under way. */
const takeoverOf = (hits: readonly (readonly SeenOrder[])[], killedAtMs: number | undefined): number => {
  if (killedAtMs === undefined) return 0;
  const again = hits.flatMap((ofOrder) => ofOrder.slice(1)).map(({ atMs }) => atMs - killedAtMs);
  const late = again.filter((ms) => ms > 0);
  return late.length === 0 ? 0 : Math.min(...late);
};
