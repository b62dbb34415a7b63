import { z } from "zod";
import type { Json } from "../base/json.ts";
import type { Change, Page, Space, StoredRecord } from "../store/index.ts";

/** The space that holds what nodes know of each other. */
export const clusterSpace = "cluster";

const identityShape = z.object({
  /** Name of the node, the only one of its cluster at a time. */
  id: z.string(),
  /** Another one with each start of the process. */
  incarnation: z.string(),
  /** Where its control service listens, host:port. */
  address: z.string(),
  /** Where its metrics and health are, host:port. */
  httpAddress: z.string(),
  roles: z.array(z.string()).readonly(),
  pid: z.number(),
  version: z.string(),
});

/** A node as the others see it. */
export type NodeIdentity = Readonly<z.infer<typeof identityShape>>;

/**
 * - `up`: its heartbeat came in time.
 * - `draining`: it is handing back what it holds.
 * - `left`: it left in order.
 * - `silent`: no heartbeat; it was killed, is frozen, or the store did not take its heartbeat.
 */
export type MemberState = "up" | "draining" | "left" | "silent";

export interface MemberView extends NodeIdentity {
  readonly state: MemberState;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
}

const rowShape = identityShape.extend({
  state: z.enum(["up", "draining", "left"]),
  startedAtMs: z.number(),
});

/** What a node has last said of itself. */
export type MemberRow = Readonly<z.infer<typeof rowShape>>;

const rows = "members/";
const heartbeats = "heartbeats/";
/** How long a node that left, or was never heard of again, is still listed. */
const retainMs = 24 * 3_600_000;
const pageLimit = 500;

/** Writes the row, with a heartbeat that holds for `aliveMs`; without one for a node that has left. */
export const rowChanges = (row: MemberRow, aliveMs: number): readonly Change[] => {
  const value: Json = { ...row };
  const heartbeat = `${heartbeats}${row.id}`;
  return [
    { type: "put", key: `${rows}${row.id}`, value, expiresInMs: retainMs },
    row.state === "left"
      ? { type: "delete", key: heartbeat }
      : { type: "put", key: heartbeat, value: row.incarnation, expiresInMs: aliveMs },
  ];
};

export const readRow = async (space: Space, id: string): Promise<MemberRow | undefined> => {
  const record = await space.records.get(`${rows}${id}`);
  return record === undefined ? undefined : rowShape.parse(record.value);
};

/** Every node that is up or was within the last day, in the order of their ids. */
export const listMembers = async (space: Space): Promise<readonly MemberView[]> => {
  const [stored, alive] = await Promise.all([all(space, rows), all(space, heartbeats)]);
  const incarnations = new Map(alive.map(({ key, value }) => [key.slice(heartbeats.length), value]));
  return stored.map(({ value }) => {
    const row = rowShape.parse(value);
    const silent = row.state !== "left" && incarnations.get(row.id) !== row.incarnation;
    return silent ? { ...row, state: "silent" } : row;
  });
};

const all = async (space: Space, prefix: string): Promise<readonly StoredRecord[]> => {
  const found: StoredRecord[] = [];
  let after: string | undefined;
  do {
    const page: Page<StoredRecord> = await space.records.list(prefix, {
      limit: pageLimit,
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page.rows);
    after = page.next;
  } while (after !== undefined);
  return found;
};
