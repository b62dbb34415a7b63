import { takesPart, type MemberView } from "../../src/cluster/index.ts";
import type { Violation } from "../support/invariants/index.ts";
import { tablesOf } from "./ownership-of.ts";
import type { StoreEvent } from "./store-history.ts";

const mostNeeded = 2;

/**
 * I15 with suspicion: who is declared dead while its lease holds, by taking the lease from it, was suspected in the table before by two
 * others that were up, or by the only one there was.
 */
export const checkVotes = (history: readonly StoreEvent[]): Violation[] => {
  const violations: Violation[] = [];
  let members: readonly MemberView[] = [];
  /** Leases that were taken from their holders before they ran out. */
  const seized = new Set<string>();
  history.forEach((event, at) => {
    if (event.type === "seized") seized.add(event.name);
    if (event.type === "leased") seized.delete(event.name);
    const [table] = tablesOf([event]);
    if (table === undefined) return;
    for (const row of table.members) {
      const before = members.find(({ id, incarnation }) => id === row.id && incarnation === row.incarnation);
      if (row.state !== "dead" || before === undefined || !takesPart(before) || !seized.has(`node/${row.id}`)) continue;
      const others = members.filter(({ id, state }) => state === "up" && id !== row.id);
      const votes = others.filter(({ id, incarnation }) =>
        before.suspicions?.some((vote) => vote.by === id && vote.byIncarnation === incarnation),
      ).length;
      if (votes >= Math.min(mostNeeded, others.length)) continue;
      const message = `${row.id}.${row.incarnation} was declared dead with ${votes} votes of ${others.length} others`;
      violations.push({ invariant: "I15", message, at, about: row.id });
    }
    members = table.members;
  });
  return violations;
};
