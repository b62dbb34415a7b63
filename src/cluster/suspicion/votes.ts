import { isUp, type MemberView, type NodeIdentity, type Suspicion, type TableView } from "../table.ts";

/** Kept in one row. More than are needed, so that one that does not count any more is in nobody's way. */
const mostSuspicions = 3;
const mostNeeded = 2;

/** One incarnation of a node. */
export type Voter = Pick<NodeIdentity, "id" | "incarnation">;

/** Whether a suspicion is new enough to count, in the eyes of whoever reads it. */
export type IsFresh = (member: MemberView, vote: Suspicion) => boolean;

/**
 * Whether so many suspect this member that it is to be declared dead: two, or the only other one there is. Only members that are up are
 * suspected, and only they vote: one that drains closes its links. It counts who is up in this very table, in this incarnation.
 */
const isCondemned = (view: TableView, member: MemberView, isFresh: IsFresh): boolean => {
  const votes = isUp(member) ? counting(view, member, isFresh).length : 0;
  return votes > 0 && votes >= needed(view, member);
};

/** Those against whom there are enough votes, this voter's among them. None when there are enough against itself. */
export const condemnedBy = (view: TableView, voter: Voter, isFresh: IsFresh): readonly MemberView[] =>
  mayVote(view, voter, isFresh)
    ? view.members.filter(
        (member) =>
          isCondemned(view, member, isFresh) && counting(view, member, isFresh).some((vote) => isBy(vote, voter)),
      )
    : [];

/**
 * The rows with this voter's suspicions as they should be: of all that are silent, and of nobody else; `undefined`: they are.
 *
 * A voter against whom there are enough votes itself changes nothing, so of two that suspect each other one wins: who came first to the
 * table. A suspicion that has become too old to count is made anew only if it then decides: one link that stays cut costs no writes.
 * @param silent whether nothing comes from a member
 * @param nowMs time of day, for people to read
 */
export const withBallot = (
  view: TableView,
  voter: Voter,
  silent: (member: MemberView) => boolean,
  isFresh: IsFresh,
  nowMs: number,
): readonly MemberView[] | undefined => {
  if (!mayVote(view, voter, isFresh)) return undefined;
  const rows = view.members.map((member) => {
    if (!isUp(member) || member.id === voter.id) return member;
    const suspicions = suspicionsOf(view, member, voter, silent(member), isFresh, nowMs);
    return suspicions === undefined ? member : { ...member, suspicions };
  });
  return rows.some((row, index) => row !== view.members[index]) ? rows : undefined;
};

/** `undefined`: they are as they should be. */
const suspicionsOf = (
  view: TableView,
  member: MemberView,
  voter: Voter,
  silent: boolean,
  isFresh: IsFresh,
  nowMs: number,
): readonly Suspicion[] | undefined => {
  const all = member.suspicions ?? [];
  const own = all.find((vote) => isBy(vote, voter));
  const others = all.filter((vote) => vote !== own);
  if (!silent) return own === undefined ? undefined : others;
  if (isCondemned(view, member, isFresh)) return undefined;
  const valid = counting(view, member, isFresh).filter((vote) => vote !== own);
  const decides = valid.length + 1 >= needed(view, member);
  if (own !== undefined && !decides) return undefined;
  const vote = { by: voter.id, byIncarnation: voter.incarnation, atMs: nowMs };
  const rest = others.filter((other) => !valid.includes(other));
  return [vote, ...valid, ...rest].slice(0, mostSuspicions);
};

const mayVote = (view: TableView, voter: Voter, isFresh: IsFresh): boolean => {
  const row = view.members.find(({ id, incarnation }) => id === voter.id && incarnation === voter.incarnation);
  return row !== undefined && isUp(row) && !isCondemned(view, row, isFresh);
};

const needed = ({ members }: TableView, { id }: MemberView): number =>
  Math.min(mostNeeded, members.filter((member) => isUp(member) && member.id !== id).length);

const counting = (view: TableView, member: MemberView, isFresh: IsFresh): readonly Suspicion[] =>
  (member.suspicions ?? []).filter(
    (vote) =>
      isFresh(member, vote) &&
      view.members.some((row) => isUp(row) && row.id === vote.by && row.incarnation === vote.byIncarnation),
  );

const isBy = (vote: Suspicion, { id, incarnation }: Voter): boolean =>
  vote.by === id && vote.byIncarnation === incarnation;
