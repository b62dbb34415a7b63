import { existsSync } from "node:fs";
import { same, type Props } from "../../kernel/index.ts";
import { sharedFolders } from "../../shared-memory/index.ts";
import { remind } from "../claims/remind.ts";
import { guardEventsProps, type GuardEventsSetup } from "./events/guard-events.ts";
import { feedProps, type FeedActorSetup } from "./feed/feed-props.ts";
import { proxyProps } from "./proxy/proxy.ts";
import type { ProxySetup } from "./proxy/setup.ts";

/** The parts of interception that a node has beside the shards that it owns. */
export interface GuardSetup {
  readonly feed: FeedActorSetup;
  readonly events: GuardEventsSetup;
  /** Absent: the node is never the proxy of its host. */
  readonly proxy?: ProxySetup;
}

export interface GuardMessage {
  readonly type: "look";
}

const lookEveryMs = 1_000;

/**
 * `/guard`: the feed, the events and the proxy of one node, each a tree of its own that fails by itself. There is a proxy once there are front
 * ends: a host without them has no shared folder.
 */
export const guardProps = ({ feed, events, proxy }: GuardSetup): Props<undefined, GuardMessage> => ({
  // What a person has to mend, such as a folder that others may write to, does not end the node.
  supervision: { strategy: "one-for-one", maxRestarts: 1_000_000 },
  behavior: {
    initial: (context) => {
      context.spawn(feedProps(feed), "feed");
      context.spawn(guardEventsProps(events), "events");
      context.self.tell({ type: "look" });
      return undefined;
    },
    receive: (_state, _message, context) => {
      if (proxy === undefined) return same;
      if (existsSync(sharedFolders(proxy.settings.folder).writers)) context.spawn(proxyProps(proxy), "proxy");
      else remind(context, "look", lookEveryMs, { type: "look" });
      return same;
    },
  },
});
