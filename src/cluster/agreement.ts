import { z } from "zod";
import type { Change, Space } from "../store/index.ts";
import { ClusterError } from "./errors.ts";
import type { MemberView } from "./member.ts";

/** Settings that have to be the same on every node, by the key under which a person sets them. `null`: none is set. */
export type AgreedSettings = Readonly<Record<string, string | number | null>>;

const key = "agreement";
const agreement = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/**
 * The change that notes these settings as those of the cluster, at the version that was looked at: of two nodes that join at once, one
 * has to look again.
 * @throws ClusterError `settings-differ` while another node is up with other values
 */
export const agree = async (space: Space, settings: AgreedSettings, others: readonly MemberView[]): Promise<Change> => {
  const record = await space.records.get(key);
  const up = others.find(({ state }) => state === "up" || state === "draining");
  if (record !== undefined && up !== undefined) refuseDifferent(agreement.parse(record.value), settings, up);
  return { type: "put", key, value: settings, expectedVersion: record?.version ?? 0 };
};

const refuseDifferent = (theirs: AgreedSettings, ours: AgreedSettings, up: MemberView): void => {
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
  const differ = names.filter((name) => theirs[name] !== ours[name]);
  if (differ.length === 0) return;
  const each = differ.map((name) => `${name} is ${shown(ours[name])} here and ${shown(theirs[name])} there`);
  throw new ClusterError(
    "settings-differ",
    `the cluster that ${up.id} belongs to runs with other settings: ${each.join("; ")}. Use the same, or end its nodes first`,
    { ids: { node: up.id } },
  );
};

const shown = (value: string | number | null | undefined): string =>
  value === undefined || value === null ? "not set" : String(value);
