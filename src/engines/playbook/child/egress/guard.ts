import { EgressRules } from "./egress-rules.ts";
import { guardDatagrams } from "./guard-datagrams.ts";
import { guardSockets } from "./guard-sockets.ts";
import { guardThreads } from "./guard-threads.ts";

/** What of the network the code of this thread may reach. */
export interface EgressGuard {
  /**
   * From now on what these entries of `respond.egress` list.
   * @throws PlaybookError `egress` for an entry that cannot be read
   */
  allow(entries: readonly string[]): void;
}

/**
 * Guards the outgoing connections of this thread, and keeps it from starting others, which it would not guard; before any code of a
 * playbook is loaded: at first nothing may be reached. It catches
 * mistakes, such as a playbook that was not meant for this node. It is no wall: code that wants to get past it finds ways inside of
 * Node, and against that the operating system has to help (a network namespace, a firewall by user).
 */
export const guardEgress = (): EgressGuard => {
  let rules = new EgressRules([]);
  guardSockets(() => rules);
  guardDatagrams(() => rules);
  guardThreads();
  return {
    allow: (entries) => {
      rules = new EgressRules(entries);
    },
  };
};
