import type { Clock } from "../../../base/clock.ts";
import type { Context, Props } from "../../../kernel/index.ts";
import type { Lease } from "../../../store/index.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import { Announcements } from "../desk/announcements.ts";
import type { Policy } from "../library/policy.ts";
import type { CentreSetup } from "../setup.ts";
import { giveUpMissing } from "./missing-kinds.ts";
import { fromTheFirst, settleDead, type DeadCursors } from "./settle-dead.ts";

/**
 * Notices what nobody says: that relays are gone, that the rule is another one than before, that executions wait for detectors which no live
 * host has, and that decisions were given up. Every centre has one; a lease lets one of them work at a time.
 */
export interface UpkeepMessage {
  readonly type: "round";
}

/** `undefined`: another one has the lease. */
type UpkeepState =
  | { readonly lease: Lease; /** Wall time since when. */ readonly sinceMs: number; readonly dead: DeadCursors }
  | undefined;

export interface UpkeepSetup extends CentreSetup {
  readonly policy: Policy;
}

const roundEveryMs = 1_000;
/** Renewed when half of it is over: a write, while a round without anything to do is none. */
const leaseMs = 10_000;
const leaseName = "detect-upkeep";

const leased = async ({ space, owner }: CentreSetup, state: UpkeepState, clock: Clock): Promise<UpkeepState> => {
  if (state !== undefined && state.lease.deadlineMs - clock.monotonicMs() > leaseMs / 2) return state;
  if (state === undefined) {
    const [held] = await space.leases.look([leaseName]);
    if (held !== undefined && held.owner !== owner) return undefined;
  }
  const lease = await space.leases.acquire(leaseName, owner, leaseMs);
  return lease === undefined
    ? undefined
    : { lease, sinceMs: state?.sinceMs ?? clock.wallMs(), dead: state?.dead ?? fromTheFirst };
};

const round = async (
  setup: UpkeepSetup,
  announcements: Announcements,
  state: UpkeepState,
  context: Context<UpkeepMessage>,
): Promise<UpkeepState> => {
  const held = await leased(setup, state, context.clock);
  if (held === undefined) return undefined;
  const offers = await announcements.settle(true);
  await giveUpMissing(setup, offers, await announcements.relays(), held.sinceMs);
  return { ...held, dead: await settleDead(setup, held.dead, context) };
};

/** `/detect/centre/upkeep`. */
export const upkeepProps = (setup: UpkeepSetup): Props<UpkeepState, UpkeepMessage> => {
  const announcements = new Announcements(setup);
  return {
    behavior: {
      initial: (context) => {
        context.self.tell({ type: "round" });
        return undefined;
      },
      receive: async (state, _message, context) => {
        const done = await attempt(context, "upkeep", () => round(setup, announcements, state, context));
        remind(context, "round", roundEveryMs, { type: "round" });
        return done.status === "ok" ? done.value : state;
      },
    },
  };
};
