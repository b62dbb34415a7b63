import type { Context, Props } from "../../../kernel/index.ts";
import type { Space } from "../../../store/index.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import { cancelledRuns, indexedRun, waitingRuns } from "../records/keys.ts";
import { PlaybookCode } from "../records/playbook-code.ts";
import { RespondHints } from "../hints.ts";
import { cancelRun } from "../runs/cancel-run.ts";
import type { RespondSetup } from "../setup.ts";
import { forgetRuns } from "./forget-runs.ts";
import { recordDead, type DeadCursors } from "./record-dead.ts";
import type { Round } from "./round.ts";

/**
 * Brings to an end what nobody is there to end: writes down which events and runs were given up, completes cancellations that were
 * interrupted, keeps the code that waiting runs need, and forgets runs that ended long ago. Every node has one; a lease lets one of them
 * work at a time, a bounded piece a round.
 */
export interface RetentionMessage {
  readonly type: "round";
}

/** Where the next round goes on. */
interface RetentionState {
  readonly dead: DeadCursors;
  readonly waitingFrom: string | undefined;
}

const roundEveryMs = 10_000;
/** When a round has left work behind. */
const nextPieceMs = 1_000;
const leaseMs = 60_000;
const leaseName = "respond-retention";
const runsPerRound = 100;

const round = async (
  setup: RespondSetup,
  state: RetentionState,
  context: Context<RetentionMessage>,
): Promise<RetentionState & { readonly more: boolean }> => {
  const { space, owner, settings, hints = new RespondHints() } = setup;
  const { clock } = context;
  const lease = await space.leases.acquire(leaseName, owner, leaseMs);
  if (lease === undefined) return { ...state, more: false };
  const work: Round = { space, lease, nowMs: clock.wallMs() };
  const dead = await recordDead(work, state.dead, settings.retainMs);
  const cancelled = await space.records.list(cancelledRuns, { limit: runsPerRound });
  for (const { key } of cancelled.rows) {
    const id = indexedRun(key);
    await cancelRun({ space, clock, hints }, id);
    // Of a run that had ended otherwise.
    await space.commit({ type: "lease", lease }, [{ type: "delete", key }]);
  }
  const code = new PlaybookCode(space, clock, settings.retainMs);
  const waitingFrom = await keepCode(space, code, state.waitingFrom);
  const more = await forgetRuns(work, settings.retainMs);
  await space.leases.release(lease);
  return { dead, waitingFrom, more };
};

/** A run may wait for a person for longer than its playbook would be kept. Where the next round goes on. */
const keepCode = async (space: Space, code: PlaybookCode, after: string | undefined): Promise<string | undefined> => {
  const page = { limit: runsPerRound, ...(after === undefined ? {} : { after }) };
  const { rows, next } = await space.records.list(waitingRuns, page);
  const versions = new Set(rows.map(({ value }) => value).filter((value) => typeof value === "string"));
  for (const version of versions) await code.keepLonger(version);
  return next;
};

const receive = async (
  setup: RespondSetup,
  state: RetentionState,
  context: Context<RetentionMessage>,
): Promise<RetentionState> => {
  const done = await attempt(context, "retention", () => round(setup, state, context));
  const next = done.status === "ok" ? done.value : { ...state, more: false };
  remind(context, "round", next.more ? nextPieceMs : roundEveryMs, { type: "round" });
  return next;
};

/** `/respond/retention`. */
export const retentionProps = (setup: RespondSetup): Props<RetentionState, RetentionMessage> => ({
  behavior: {
    initial: (context) => {
      remind(context, "round", roundEveryMs, { type: "round" });
      return { dead: { events: undefined, runs: undefined }, waitingFrom: undefined };
    },
    receive: (state, _message, context) => receive(setup, state, context),
  },
});
