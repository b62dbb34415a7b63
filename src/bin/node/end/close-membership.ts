import type { HandedOver, Membership, Remote, SystemMessage } from "../../../cluster/index.ts";
import type { ActorSystem, Address, Logger } from "../../../kernel/index.ts";
import { closingMs, type Closing } from "./closing.ts";

export interface MembershipClosing {
  readonly membership: Pick<Membership, "leave">;
  readonly system: ActorSystem;
  /** `/system`. */
  readonly cell: Address<SystemMessage>;
  readonly remote: Pick<Remote, "close">;
  readonly log: Logger;
}

/** How long what is in the outboxes may take to get out. */
const flushMs = 1_000;

/**
 * Adds how a node gives up its place in the cluster: what it owns is handed over, `/system` stops, the links end with what was sent over
 * them, and the node says that it has left. It
 * does not say so while something that it owned may still run, since the others take over at once then, instead of when its lease has
 * run out.
 */
export const closeMembership = (
  closing: Closing,
  { membership, system, cell, remote, log }: MembershipClosing,
): void => {
  let owning = true;
  closing.add("the membership", async () => {
    if (owning) log.error("what this node owns has not stopped: others take over when its lease has run out");
    else await membership.leave();
  });
  closing.add("the links", () => remote.close(flushMs));
  closing.add("/system", async () => {
    await system.stopActor(cell);
    owning = false;
  });
  closing.add("what the node owns", async () => {
    await cell.ask<HandedOver>((replyTo) => ({ type: "hand-over", replyTo }), closingMs);
    owning = false;
  });
};
