import type { Context, Props } from "../../../kernel/index.ts";
import { remind } from "../claims/remind.ts";
import { attempt } from "../claims/store-calls.ts";
import type { ScanSetup } from "../setup.ts";
import { forgetScans } from "./forget-scans.ts";
import { recordEnds } from "./record-ends.ts";
import type { Round } from "./round.ts";
import { sweepBundles } from "./sweep-bundles.ts";

/**
 * Keeps the records of a space from growing for ever: writes down the ends that nobody was there to write down, and forgets scans that
 * ended long ago and bundles that nobody uses. Every node has one; a lease lets one of them work at a time, a bounded piece a round.
 */
export interface RetentionMessage {
  readonly type: "round";
}

/** Where the next round goes on, and whether this one has left something to do. */
interface RetentionState {
  readonly scansFrom: string | undefined;
  readonly bundlesFrom: string | undefined;
  readonly more: boolean;
}

const roundEveryMs = 60_000;
/** When a round has left work behind. */
const nextPieceMs = 1_000;
const leaseMs = 60_000;
const leaseName = "scan-retention";

const round = async (setup: ScanSetup, state: RetentionState, nowMs: number): Promise<RetentionState> => {
  const { space, owner, settings } = setup;
  const lease = await space.leases.acquire(leaseName, owner, leaseMs);
  if (lease === undefined) return { ...state, more: false };
  const work: Round = { space, lease, nowMs };
  const scansFrom = await recordEnds(work, state.scansFrom);
  const more = await forgetScans(work, settings.retainMs);
  const bundlesFrom = await sweepBundles(work, state.bundlesFrom);
  await space.leases.release(lease);
  return { scansFrom, bundlesFrom, more };
};

const receive = async (
  setup: ScanSetup,
  state: RetentionState,
  context: Context<RetentionMessage>,
): Promise<RetentionState> => {
  const done = await attempt(context, "retention", () => round(setup, state, context.clock.wallMs()));
  const next = done.status === "ok" ? done.value : { ...state, more: false };
  remind(context, "round", next.more ? nextPieceMs : roundEveryMs, { type: "round" });
  return next;
};

export const retentionProps = (setup: ScanSetup): Props<RetentionState, RetentionMessage> => ({
  behavior: {
    initial: (context) => {
      remind(context, "round", roundEveryMs, { type: "round" });
      return { scansFrom: undefined, bundlesFrom: undefined, more: false };
    },
    receive: (state, _message, context) => receive(setup, state, context),
  },
});
