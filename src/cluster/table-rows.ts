import { bounds } from "../store/index.ts";
import { takesPart, type MemberState, type MemberView, type NodeIdentity, type Table } from "./table.ts";

/** Rows of the table. */
export const mostMembers = 500;
/** The rows as JSON; the rest of the record is for the settings. */
const mostBytes = bounds.bodyBytes - 16 * 1_024;
/** How long a node that left or died stays in the table, unless others need the room. */
const retainMs = 24 * 3_600_000;

/** The table with a row for this incarnation, in place of an earlier one of the same id; `undefined`: there is no room for it. */
export const withMember = (table: Table, identity: NodeIdentity, nowMs: number): Table | undefined => {
  const row: MemberView = { ...identity, state: "up", startedAtMs: nowMs };
  return withRows(table, [...table.members.filter(({ id }) => id !== identity.id), row], nowMs);
};

/** The table with this incarnation in another state; `undefined`: it is in it already, or has no row any more, or has ended. */
export const withState = (
  table: Table,
  { id, incarnation }: Pick<NodeIdentity, "id" | "incarnation">,
  state: Exclude<MemberState, "up">,
  nowMs: number,
): Table | undefined => {
  const row = table.members.find((member) => member.id === id && member.incarnation === incarnation);
  if (row === undefined || row.state === state || !takesPart(row)) return undefined;
  const changed: MemberView = state === "draining" ? { ...row, state } : { ...row, state, endedAtMs: nowMs };
  return withRows(table, [...table.members.filter((member) => member !== row), changed], nowMs);
};

/** The table with these rows, of the same members; `undefined`: there is no room for them. */
export const withRows = (table: Table, rows: readonly MemberView[], nowMs: number): Table | undefined => {
  const members = fitting(rows, nowMs);
  return members === undefined ? undefined : { ...table, members };
};

/** The table without the rows that ended long ago; `undefined`: there are none. */
export const withoutLongEnded = (table: Table, nowMs: number): Table | undefined => {
  const members = table.members.filter((row) => !endedLongAgo(row, nowMs));
  return members.length === table.members.length ? undefined : { ...table, members };
};

const endedLongAgo = ({ endedAtMs }: MemberView, nowMs: number): boolean =>
  endedAtMs !== undefined && nowMs - endedAtMs >= retainMs;

/** Without those that ended long ago or, the oldest first, those that ended and whose room is needed. */
const fitting = (rows: readonly MemberView[], nowMs: number): readonly MemberView[] | undefined => {
  const byEnd = rows
    .filter((row) => !endedLongAgo(row, nowMs))
    .toSorted((a, b) => (b.endedAtMs ?? Infinity) - (a.endedAtMs ?? Infinity));
  let bytes = 0;
  const fit = byEnd.findIndex((row, index) => {
    bytes += Buffer.byteLength(JSON.stringify(row)) + 1;
    return index === mostMembers || bytes > mostBytes;
  });
  if (fit >= 0 && byEnd.slice(fit).some(takesPart)) return undefined;
  const kept = fit < 0 ? byEnd : byEnd.slice(0, fit);
  return kept.toSorted((a, b) => (a.id < b.id ? -1 : 1));
};
