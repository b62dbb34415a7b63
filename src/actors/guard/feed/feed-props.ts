import { same, type Props } from "../../../kernel/index.ts";
import { shardKeys } from "../service/records/shard-keys.ts";
import { guardKind } from "../service/shard-protocol.ts";
import { followShardProps, type FollowSetup } from "./follow-shard.ts";
import { watchRulesProps, type WatchRulesSetup } from "./watch-rules.ts";

export type FeedActorSetup = FollowSetup & WatchRulesSetup;

/** `/guard/feed`: keeps the feed of this node up to date, one child for each shard and one for the rules. */
export const feedProps = (setup: FeedActorSetup): Props<undefined, never> => ({
  // A rule that cannot be read is for a person to mend, and the node goes on.
  supervision: { maxRestarts: 1_000_000 },
  behavior: {
    initial: (context) => {
      setup.feed.open();
      for (const [shard, key] of shardKeys(guardKind.shards).entries()) {
        context.spawn(followShardProps({ ...setup, shard, key }), `shard-${shard}`);
      }
      context.spawn(watchRulesProps(setup), "rules");
      return undefined;
    },
    receive: () => same,
    stopped: () => setup.feed.close(),
  },
});
