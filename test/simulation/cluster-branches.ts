import type { MemberView } from "../../src/cluster/index.ts";
import type { TableRow } from "../support/invariants/index.ts";
import { nodeLeaseMs } from "./node-settings.ts";
import { fencesTaken, putsOf, tablesOf } from "./ownership-of.ts";
import type { StoreEvent } from "./store-history.ts";

/** The branches of membership and ownership that can be told from what the store accepted. */
export const clusterBranches = [
  "declared dead",
  "declarer came second",
  "declarer did not get to the table",
  "declarer held back by an outage",
  "replaced by a new incarnation",
  "drained and left",
  "lease regained",
  "handed over",
  "taken from the dead",
  "taken anew by its own",
  "stale fence refused",
  "suspected",
  "suspicion withdrawn",
  "declared dead by votes",
] as const;

type VotedRow = Pick<MemberView, "suspicions">;
type Branch = (typeof clusterBranches)[number];

export const countClusterBranches = (history: readonly StoreEvent[], count: (branch: Branch) => void): void => {
  countTables(history, count);
  countLeases(history, count);
  countFences(history, count);
};

const nameOf = ({ id, incarnation }: Pick<TableRow, "id" | "incarnation">): string => `${id}.${incarnation}`;
const nodeOf = (owner: string): string => owner.slice(0, owner.indexOf("."));

const countTables = (history: readonly StoreEvent[], count: (branch: Branch) => void): void => {
  let before = new Map<string, MemberView>();
  for (const { members } of tablesOf(history)) {
    for (const row of members) {
      const known = before.get(row.id);
      if (known === undefined) continue;
      if (row.incarnation !== known.incarnation) count("replaced by a new incarnation");
      else if (row.state === "dead" && known.state !== "dead") count("declared dead");
      else if (row.state === "left" && known.state === "draining") count("drained and left");
      else countVotes(known, row, count);
    }
    before = new Map(members.map((row) => [row.id, row]));
  }
};

const countVotes = (before: VotedRow, row: VotedRow, count: (branch: Branch) => void): void => {
  const voters = ({ suspicions = [] }: VotedRow): readonly string[] =>
    suspicions.map((vote) => `${vote.by}.${vote.byIncarnation}`);
  const [had, has] = [new Set(voters(before)), new Set(voters(row))];
  for (const voter of has) if (!had.has(voter)) count("suspected");
  for (const voter of had) if (!has.has(voter)) count("suspicion withdrawn");
};

const countLeases = (history: readonly StoreEvent[], count: (branch: Branch) => void): void => {
  /** The latest holder of each lease, and whether it has written under it. */
  const holders = new Map<string, { readonly owner: string; wrote: boolean }>();
  /** Since when each incarnation has had its lease without a gap. */
  const heldSinceMs = new Map<string, number>();
  for (const event of history) {
    if ("name" in event && !event.name.startsWith("node/")) continue;
    if (event.type === "leased" || event.type === "seized") {
      const { name, owner } = event;
      const before = holders.get(name);
      if (event.type === "seized") count("declared dead by votes");
      const own = name === `node/${nodeOf(owner)}`;
      if (own && before?.owner === owner) count("lease regained");
      if (before !== undefined && !before.wrote && name !== `node/${nodeOf(before.owner)}`) {
        count("declarer did not get to the table");
      }
      if (own) heldSinceMs.set(owner, event.atMs);
      holders.set(name, { owner, wrote: false });
    } else if (event.type === "denied" && event.name !== `node/${nodeOf(event.owner)}`) {
      count("declarer came second");
    } else if (event.type === "missed") {
      const since = heldSinceMs.get(event.owner);
      if (since !== undefined && event.atMs - since < nodeLeaseMs) count("declarer held back by an outage");
    } else if (event.type === "committed" && event.guard?.type === "lease") {
      const holder = holders.get(event.guard.lease.name);
      if (holder?.owner === event.owner) holder.wrote = true;
    }
  }
};

const countFences = (history: readonly StoreEvent[], count: (branch: Branch) => void): void => {
  const fences = new Map<string, { readonly owner: string; readonly released: boolean }>();
  for (const event of history) {
    if (event.type === "refused" && event.guard.type === "record") count("stale fence refused");
    const taken = new Set(fencesTaken(event));
    for (const put of putsOf(event)) {
      if (!put.key.startsWith("owner/")) continue;
      const { node, incarnation } = put.value as { readonly node: string; readonly incarnation: string };
      const [before, owner] = [fences.get(put.key), nameOf({ id: node, incarnation })];
      if (taken.has(put) && before !== undefined) {
        if (before.released) count("handed over");
        else count(before.owner === owner ? "taken anew by its own" : "taken from the dead");
      }
      fences.set(put.key, { owner, released: !taken.has(put) });
    }
  }
};
