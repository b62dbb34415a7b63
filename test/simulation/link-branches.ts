import type { Remote } from "../../src/cluster/index.ts";
import type { TalkEvent } from "./talk/talk-history.ts";
import type { World } from "./world.ts";

/** The branches of the link protocol and of remote actors, as the nodes count them and as the history of talk shows them. */
export const linkBranches = [
  "link connected",
  "link resent",
  "link duplicate dropped",
  "link gap refused",
  "link epoch refused",
  "link target refused",
  "link sender refused",
  "link connection replaced",
  "link silent",
  "link dial failed",
  "link outbox full",
  "link window closed",
  "link peer ended with envelopes",
  "link peer replaced",
  "remote path not exported",
  "remote incarnation refused",
  "remote ask came too late",
  "ask ended answered",
  "ask ended ask-timeout",
  "ask ended ask-cancelled",
  "ask ended node-gone",
  "ask ended unreachable",
  "ask ended actor-stopped",
  "nobody waits for the answer",
  "watch ended by its actor",
  "watch ended by its node",
  "actor of another node stopped",
  "scan hint arrived",
] as const;

/** Branches that take many seeds: a dialler that says no hello, and whose giving up does not get through either. */
export const rareLinkBranches = ["link handshake overdue"] as const;

type Branch = (typeof linkBranches)[number] | (typeof rareLinkBranches)[number];

/** To be called once for each node, when it ends. */
export const countLinks = (world: World, remote: Remote): void => {
  const links = remote.linkCounts();
  const { refused } = remote.counts();
  const reached: Partial<Record<Branch, number>> = {
    "link connected": links.connected,
    "link resent": links.resent,
    "link duplicate dropped": links.duplicates,
    "link gap refused": links.refusedByUs.gap,
    "link epoch refused": links.refusedByUs["stale-epoch"],
    "link target refused": links.refusedByUs["wrong-target"],
    "link sender refused": links.refusedByUs["unknown-sender"],
    "link connection replaced": links.refusedByUs.replaced,
    "link silent": links.refusedByUs.silent,
    "link handshake overdue": links.refusedByUs["no-handshake"],
    "link dial failed": links.failures.unreachable,
    "link outbox full": links.full,
    "link peer ended with envelopes": links.undelivered,
    "remote path not exported": refused["not-exported"],
    "remote incarnation refused": refused["wrong-incarnation"],
    "remote ask came too late": refused.expired,
  };
  for (const [branch, times] of Object.entries(reached)) world.count(`branch: ${branch}`, times);
};

/** What the history of talk shows. */
export const countTalk = (events: readonly TalkEvent[], count: (branch: Branch) => void): void => {
  /** Incarnations that have ended for a node, by both. */
  const ended = new Set<string>();
  const former = new Map<string, string>();
  for (const event of events) {
    if (event.type === "peer-ended") {
      ended.add(`${event.node} ${event.peer}`);
      former.set(`${event.node} ${idOf(event.peer)}`, event.peer);
    } else if (event.type === "arrived") {
      const replaced = former.get(`${event.node} ${idOf(event.from)}`);
      if (replaced === undefined) continue;
      former.delete(`${event.node} ${idOf(event.from)}`);
      count("link peer replaced");
    } else if (event.type === "terminated") {
      const byNode = ended.has(`${nodeOf(event.watcher)} ${nodeOf(event.target)}`);
      count(byNode ? "watch ended by its node" : "watch ended by its actor");
    }
  }
};

const idOf = (node: string): string => node.slice(0, node.indexOf("."));
const nodeOf = (actor: string): string => actor.slice(0, actor.indexOf(":"));
