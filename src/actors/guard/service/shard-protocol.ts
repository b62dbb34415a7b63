import { asking, message, remoteProtocol, shardKind } from "../../../cluster/index.ts";
import { guardShardCodecs } from "../../../wire/index.ts";
import type { ShardMessage } from "./shard-message.ts";

/** The kind of the actors among which the subjects are divided, for those that send to it. Another number of shards is another placing of all subjects. */
export const guardKind = shardKind<ShardMessage>({
  name: "guard",
  shards: 8,
  role: "guard",
  protocol: remoteProtocol<ShardMessage>({
    name: "guard",
    messages: {
      report: asking(1, guardShardCodecs.report, guardShardCodecs.reported),
      block: asking(2, guardShardCodecs.block, guardShardCodecs.blocked),
      unblock: asking(3, guardShardCodecs.unblock, guardShardCodecs.unblocked),
      settle: asking(4, guardShardCodecs.settle, guardShardCodecs.settled),
      follow: asking(5, guardShardCodecs.follow, guardShardCodecs.changes),
      list: asking(6, guardShardCodecs.list, guardShardCodecs.listed),
      stats: asking(7, guardShardCodecs.statsQuery, guardShardCodecs.stats),
      "rules-changed": message(8, guardShardCodecs.rulesChanged),
    },
  }),
});
