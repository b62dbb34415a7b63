import { z } from "zod";
import { ClusterError } from "./errors.ts";

export const agreedSettingsShape = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** Settings that have to be the same on every node, by the key under which a person sets them. `null`: none is set. */
export type AgreedSettings = Readonly<z.infer<typeof agreedSettingsShape>>;

/** What ownership and the ends of members hang on: nodes that disagree about it would take each other for owners, or for dead. */
export const clusterSettings = (
  leaseMs: number,
  kinds: readonly { readonly name: string; readonly shards: number }[],
): AgreedSettings => ({
  "the lease of a node, in ms,": leaseMs,
  ...Object.fromEntries(kinds.map(({ name, shards }) => [`the number of shards of ${name}`, shards])),
});

/** The names of those that differ, in the order in which they were written. */
export const differing = (theirs: AgreedSettings, ours: AgreedSettings): readonly string[] => {
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
  return names.filter((name) => theirs[name] !== ours[name]);
};

/** @param memberId a node that takes part with `theirs` */
export const settingsDiffer = (theirs: AgreedSettings, ours: AgreedSettings, memberId: string): ClusterError => {
  const each = differing(theirs, ours).map(
    (name) => `${name} is ${shown(ours[name])} here and ${shown(theirs[name])} there`,
  );
  return new ClusterError(
    "settings-differ",
    `the cluster that ${memberId} belongs to runs with other settings: ${each.join("; ")}. Use the same, or end its nodes first`,
    { ids: { node: memberId } },
  );
};

const shown = (value: string | number | null | undefined): string =>
  value === undefined || value === null ? "not set" : String(value);
