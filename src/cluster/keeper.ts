import { same, type Context, type Props, type Same } from "../kernel/index.ts";
import { StoreError, type Space } from "../store/index.ts";
import { ClusterError } from "./errors.ts";
import { commitUnder, ownedKind, type Grant, type OwnedKind } from "./ownership/index.ts";
import { withoutLongEnded } from "./table-rows.ts";
import { readTable, tableChange } from "./table.ts";

export interface KeeperMessage {
  readonly type: "round";
}

const roundEveryMs = 3_600_000;

const round = async (grant: Grant, { clock, log }: Context<KeeperMessage>): Promise<void> => {
  try {
    const table = await readTable(grant.space);
    const kept = withoutLongEnded(table, clock.wallMs());
    if (kept === undefined) return;
    await commitUnder(grant, clock, [tableChange(kept)]);
    log.info({ dropped: table.members.length - kept.members.length }, "rows of nodes that ended long ago were dropped");
  } catch (error) {
    // The next round sees what is left to do, here or at the next owner.
    const later = error instanceof StoreError && (error.retryable || error.code === "version-conflict");
    const elsewhere = error instanceof ClusterError && error.code === "not-owner";
    if (!later && !elsewhere) throw error;
    log.debug({ err: error }, "the table of members was not tidied");
  }
};

const keeperProps = (grant: Grant): Props<undefined, KeeperMessage> => ({
  dispatcher: "system",
  behavior: {
    initial: (context) => {
      context.self.tell({ type: "round" });
      context.timers.every("round", roundEveryMs, { type: "round" });
      return undefined;
    },
    receive: async (_state, _message, context): Promise<Same> => {
      await round(grant, context);
      return same;
    },
  },
});

/**
 * `/system/singletons/keeper`, one in the cluster: drops the rows of nodes that left or died over a day ago. Whoever changes the table does
 * so too, but in a cluster whose nodes stay nobody does for weeks.
 * @param space the space `clusterSpace`
 */
export const keeperKind = (space: Space): OwnedKind =>
  ownedKind({ name: "keeper", space, shards: 1, props: keeperProps });
