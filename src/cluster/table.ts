import { z } from "zod";
import type { Change, Space } from "../store/index.ts";
import { agreedSettingsShape, type AgreedSettings } from "./settings.ts";

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

const suspicionShape = z.object({
  by: z.string(),
  byIncarnation: z.string(),
  /** Milliseconds since 1970, by the clock of whoever suspects. */
  atMs: z.number(),
});

/** What one node said of another one: nothing comes from it any more. */
export type Suspicion = Readonly<z.infer<typeof suspicionShape>>;

const memberShape = identityShape.extend({
  state: z.enum(["up", "draining", "left", "dead"]),
  /** Milliseconds since 1970. */
  startedAtMs: z.number(),
  /** When it left or was declared dead. */
  endedAtMs: z.exactOptional(z.number()),
  /** At most 3; absent: none. */
  suspicions: z.exactOptional(z.array(suspicionShape).readonly()),
});

/** A row of the table: the latest incarnation of a node. */
export type MemberView = Readonly<z.infer<typeof memberShape>>;

/**
 * - `up`: it takes part.
 * - `draining`: it is handing back what it holds.
 * - `left`: it left in order.
 * - `dead`: its lease ran out, or enough others suspected it, and another node said so. This incarnation never comes back.
 */
export type MemberState = MemberView["state"];

/** The table as it was at one version. Versions grow with every change. */
export interface TableView {
  /** 0: nobody has joined yet. */
  readonly version: number;
  /** In the order of their ids. */
  readonly members: readonly MemberView[];
}

export interface Table extends TableView {
  /** What everyone who takes part has to be set to. */
  readonly settings: AgreedSettings;
}

const recordKey = "table";
const recordShape = z.object({ settings: agreedSettingsShape, members: z.array(memberShape) });

/** Rejects with a StoreError. */
export const readTable = async (space: Space): Promise<Table> => {
  const record = await space.records.get(recordKey);
  if (record === undefined) return { version: 0, settings: {}, members: [] };
  return { version: record.version, ...recordShape.parse(record.value) };
};

/** The change from the version that `table` has to what it says now. */
export const tableChange = ({ version, settings, members }: Table): Change => ({
  type: "put",
  key: recordKey,
  value: {
    settings,
    members: members.map(({ suspicions, ...member }) => ({
      ...member,
      ...(suspicions === undefined ? {} : { suspicions: suspicions.map((suspicion) => ({ ...suspicion })) }),
    })),
  },
  expectedVersion: version,
});

/** It takes part, as far as the table knows. */
export const takesPart = ({ state }: Pick<MemberView, "state">): boolean => state === "up" || state === "draining";

/** It takes part and is not going to leave, as far as the table knows. */
export const isUp = ({ state }: Pick<MemberView, "state">): boolean => state === "up";

/** This very incarnation takes part, as far as the table knows. */
export const isLive = (view: TableView, nodeId: string, incarnation: string): boolean =>
  view.members.some((member) => member.id === nodeId && member.incarnation === incarnation && takesPart(member));
