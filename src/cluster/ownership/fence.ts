import { z } from "zod";
import type { Change, StoredRecord } from "../../store/index.ts";
import { isLive, type MemberView, type TableView } from "../table.ts";
import type { OwnedKind } from "./owned-kind.ts";

/** A node as the holder of fences. */
export type Holder = Pick<MemberView, "id" | "incarnation">;

const fenceShape = z.object({
  node: z.string(),
  incarnation: z.string(),
  state: z.enum(["held", "released"]),
  /** Version of the table by which the holder took it. */
  table: z.number(),
});

type FenceValue = Readonly<z.infer<typeof fenceShape>>;

/** The record beside the data that says who owns a shard. Its version is the fencing token. */
export interface Fence {
  /** 0: there is no record yet. */
  readonly version: number;
  /** `undefined`: nobody has ever held it. `unreadable`: it was written by something else. */
  readonly value: FenceValue | "unreadable" | undefined;
}

const noFence: Fence = { version: 0, value: undefined };

/** What the keys of all fences of a kind begin with. */
export const fencePrefix = (kind: Pick<OwnedKind, "name">): string => `owner/${kind.name}/`;

export const fenceKey = (kind: Pick<OwnedKind, "name">, shard: number): string => `${fencePrefix(kind)}${shard}`;

/** The fences among these records by their shard. */
export const readFences = (
  kind: Pick<OwnedKind, "name" | "shards">,
  records: readonly StoredRecord[],
): readonly Fence[] => {
  const byKey = new Map(records.map((record) => [record.key, record]));
  return Array.from({ length: kind.shards }, (_, shard) => {
    const record = byKey.get(fenceKey(kind, shard));
    if (record === undefined) return noFence;
    const parsed = fenceShape.safeParse(record.value);
    return { version: record.version, value: parsed.success ? parsed.data : "unreadable" };
  });
};

/**
 * Whether this node may take the fence: nobody holds it, or its holder has ended.
 *
 * A view of the table is always old. That is safe, because it can then be wrong in one direction only: an incarnation that has ended
 * never takes part again, so one that a view calls ended has ended, while one that it calls live may have ended since, for which the
 * taker waits a little longer. The exception is a view from before the holder joined, which does not know it yet. So a fence tells by
 * which version of the table it was taken, in which its holder took part, and only a view at least as new may judge it. What this node
 * holds itself without knowing the grant is left from a time before its lease lapsed, or before it was asked for the last time: to take
 * it anew ends the old grant.
 */
export const mayTake = ({ value }: Fence, self: Holder, view: TableView): boolean => {
  if (value === undefined) return true;
  if (value === "unreadable") return false;
  if (value.state === "released" || isHeldBy(value, self)) return true;
  return view.version >= value.table && !isLive(view, value.node, value.incarnation);
};

/** Whether the fence is held by this very incarnation. */
export const isOwn = ({ value }: Fence, self: Holder): boolean =>
  value !== undefined && value !== "unreadable" && value.state === "held" && isHeldBy(value, self);

const isHeldBy = (value: FenceValue, self: Holder): boolean =>
  value.node === self.id && value.incarnation === self.incarnation;

/** The change that puts the fence, if it still is as it was read. */
export const fenceChange = (
  kind: Pick<OwnedKind, "name">,
  shard: number,
  fence: Fence,
  self: Holder,
  state: FenceValue["state"],
  view: TableView,
): Change => ({
  type: "put",
  key: fenceKey(kind, shard),
  value: { node: self.id, incarnation: self.incarnation, state, table: view.version },
  expectedVersion: fence.version,
});
