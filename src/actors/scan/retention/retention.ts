import type { Context, Props } from "../../../kernel/index.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import type { ScanRetention, ScanSetup } from "../setup.ts";
import { forgetScans, trimScans } from "./forget-scans.ts";
import { recordEnds } from "./record-ends.ts";
import type { Round } from "./round.ts";
import { sweepBundles } from "./sweep-bundles.ts";
import { trimBundles } from "./trim-bundles.ts";
import { nothingWeighed, weighScans, type Weighing } from "./weigh-scans.ts";

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
  readonly weighing: Weighing;
  readonly more: boolean;
}

const defaultRetention: ScanRetention = { scanBytes: undefined, bundleMs: 24 * 3_600_000, bundleBytes: undefined };
const roundEveryMs = 60_000;
/** When a round has left work behind. */
const nextPieceMs = 1_000;
const leaseMs = 60_000;
const leaseName = "scan-retention";

const round = async (setup: ScanSetup, state: RetentionState, nowMs: number): Promise<RetentionState> => {
  const { space, owner, settings } = setup;
  const { scanBytes, bundleMs, bundleBytes } = { ...defaultRetention, ...settings.retention };
  const lease = await space.leases.acquire(leaseName, owner, leaseMs);
  if (lease === undefined) return { ...state, more: false };
  const work: Round = { space, lease, nowMs };
  // What makes room comes first: what writes is refused when the store is full.
  let more = await forgetScans(work, settings.retainMs);
  const bundlesFrom = await sweepBundles(work, state.bundlesFrom, bundleMs);
  if (bundleBytes !== undefined) await trimBundles(work, bundleBytes);
  let { weighing } = state;
  if (scanBytes !== undefined) {
    const { next, total = 0 } = await weighScans(work, weighing);
    weighing = next;
    if (total > scanBytes && (await trimScans(work, total - scanBytes))) more = true;
  }
  const scansFrom = await recordEnds(work, state.scansFrom);
  await space.leases.release(lease);
  return { scansFrom, bundlesFrom, weighing, more };
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
      return { scansFrom: undefined, bundlesFrom: undefined, weighing: nothingWeighed, more: false };
    },
    receive: (state, _message, context) => receive(setup, state, context),
  },
});
