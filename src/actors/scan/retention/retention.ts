import { unreachable } from "../../../base/unreachable.ts";
import type { Context, Props } from "../../../kernel/index.ts";
import type { Lease, Space } from "../../../store/index.ts";
import { attempt } from "../claims/store-calls.ts";
import type { ScanSetup } from "../setup.ts";
import { forgetScans } from "./forget-scans.ts";
import { recordEnds } from "./record-ends.ts";
import { sweepBundles } from "./sweep-bundles.ts";

/**
 * Keeps the records of a space from growing for ever: writes down the ends that nobody was there to write down, and forgets scans that
 * ended long ago and bundles that nobody uses. Every node has one; a lease lets one of them work at a time, a bounded piece a round.
 */
export type RetentionMessage = { readonly type: "round" };

/** What the pieces of a round work with. */
export interface Round {
  readonly space: Space;
  readonly lease: Lease;
  /** Wall time. */
  readonly nowMs: number;
}

interface RetentionState {
  /** Where the looks at all scans and at all bundles go on. */
  readonly scansFrom: string | undefined;
  readonly bundlesFrom: string | undefined;
}

const roundEveryMs = 60_000;
/** When a round has left work behind. */
const nextPieceMs = 1_000;
const leaseMs = 60_000;
const leaseName = "scan-retention";

const round = async (
  { space, owner, settings }: ScanSetup,
  state: RetentionState,
  context: Context<RetentionMessage>,
): Promise<RetentionState> => {
  let next = state;
  let more = false;
  const done = await attempt(context, "retention", async () => {
    const lease = await space.leases.acquire(leaseName, owner, leaseMs);
    if (lease === undefined) return;
    const work: Round = { space, lease, nowMs: context.clock.wallMs() };
    const scansFrom = await recordEnds(work, state.scansFrom);
    next = { ...next, scansFrom };
    more = await forgetScans(work, settings.retainMs);
    next = { scansFrom, bundlesFrom: await sweepBundles(work, state.bundlesFrom) };
    await space.leases.release(lease);
  });
  context.timers.once("round", more && done.status === "ok" ? nextPieceMs : roundEveryMs, { type: "round" });
  return next;
};

export const retentionProps = (setup: ScanSetup): Props<RetentionState, RetentionMessage> => ({
  behavior: {
    initial: (context) => {
      context.timers.once("round", roundEveryMs, { type: "round" });
      return { scansFrom: undefined, bundlesFrom: undefined };
    },
    receive: (state, message, context) => {
      switch (message.type) {
        case "round":
          return round(setup, state, context);
        default:
          return unreachable(message.type);
      }
    },
  },
});
