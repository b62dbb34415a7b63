import { existsSync } from "node:fs";
import { unreachable } from "../../base/unreachable.ts";
import { same, type Address, type Props, type ReplyTo } from "../../kernel/index.ts";
import { sharedFolders } from "../../shared-memory/index.ts";
import { remind } from "../claims/remind.ts";
import { guardEventsProps, type GuardEventsSetup } from "./events/guard-events.ts";
import { feedProps, type FeedActorSetup } from "./feed/feed-props.ts";
import { proxyProps, type ProxyMessage, type ProxySetup, type ProxyView } from "./proxy/index.ts";

/** The parts of interception that a node has beside the shards that it owns. */
export interface GuardSetup {
  readonly feed: FeedActorSetup;
  readonly events: GuardEventsSetup;
  /** Absent: the node is never the proxy of its host. */
  readonly proxy?: ProxySetup;
}

export type GuardMessage =
  /** Look whether there are front ends. */
  | { readonly type: "look" }
  /** How the proxy of the host is. */
  | { readonly type: "proxy"; readonly replyTo: ReplyTo<ProxyView> };

interface GuardState {
  readonly proxy: Address<ProxyMessage> | undefined;
}

const lookEveryMs = 1_000;
const noFrontEnds = "no front end of this host has a guard";

const hasFrontEnds = ({ settings }: ProxySetup): boolean => existsSync(sharedFolders(settings.folder).writers);

/**
 * `/guard`: the feed, the events and the proxy of one node, each a tree of its own that fails by itself. There is a proxy once there are front
 * ends: a host without them has no shared folder.
 */
export const guardProps = ({ feed, events, proxy }: GuardSetup): Props<GuardState, GuardMessage> => ({
  // What a person has to mend, such as a folder that others may write to, does not end the node.
  supervision: { strategy: "one-for-one", maxRestarts: 1_000_000 },
  behavior: {
    initial: (context) => {
      context.spawn(feedProps(feed), "feed");
      context.spawn(guardEventsProps(events), "events");
      context.self.tell({ type: "look" });
      return { proxy: undefined };
    },
    receive: (state, message, context) => {
      switch (message.type) {
        case "look":
          if (proxy === undefined) return same;
          if (hasFrontEnds(proxy)) return { proxy: context.spawn(proxyProps(proxy), "proxy") };
          remind(context, "look", lookEveryMs, { type: "look" });
          return same;
        case "proxy":
          if (state.proxy === undefined) message.replyTo.tell({ state: "standing-by", reason: noFrontEnds });
          else state.proxy.tell({ type: "view", replyTo: message.replyTo });
          return same;
        default:
          return unreachable(message);
      }
    },
  },
});
