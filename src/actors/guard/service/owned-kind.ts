import type { Random } from "../../../base/random.ts";
import { ownedKind, type OwnedKind } from "../../../cluster/index.ts";
import type { Space } from "../../../store/index.ts";
import { Rules } from "../rules/rules.ts";
import { defaultSnapshotEvery } from "./records/journal.ts";
import type { GuardSettings } from "./settings.ts";
import { guardKind } from "./shard-protocol.ts";
import { shardProps } from "./shard.ts";

export interface GuardKindSetup {
  /** `guardSpace`. */
  readonly space: Space;
  readonly random: Random;
  readonly settings: GuardSettings;
}

/** The shards of the service of interception, for a node that may own some. */
export const guardKindOwned = ({ space, random, settings }: GuardKindSetup): OwnedKind => {
  const rules = new Rules(space, random);
  const parts = { settings, rules, snapshotEvery: defaultSnapshotEvery };
  return ownedKind({ ...guardKind, space, props: (grant) => shardProps({ ...parts, grant }) });
};
