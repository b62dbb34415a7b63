import { asError } from "../../../base/errors.ts";
import { unreachable } from "../../../base/unreachable.ts";
import { same, type Context, type Props } from "../../../kernel/index.ts";
import { StoreError, type Claim, type Space } from "../../../store/index.ts";
import { releaseAfter } from "../../claims/failure.ts";
import { longestWaitMs, lookOnChange } from "../../claims/look-on-change.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";

export type QueueWorkerMessage =
  /** The store has changed, or something falls due. */
  | { readonly type: "look"; readonly seen: number }
  /** Go on: there was more, or the store did not answer. */
  | { readonly type: "again" };

/** What one queue of the centre is worked off with. */
export interface QueueWorkerSetup {
  readonly space: Space;
  readonly queue: string;
  /** Node id and incarnation. */
  readonly owner: string;
  /** Items that are worked on at the same time. */
  readonly slots: number;
  readonly leaseMs: number;
  /**
   * Does the work of one item, its end included: by a commit under the claim. Rejects when that failed: then it is tried again, and given up in
   * the end.
   */
  readonly handle: (claim: Claim, signal: AbortSignal) => Promise<void>;
}

/** State is mutable and private to the actor. */
interface QueueWorkerState {
  /** Someone waits for a change of the store and will tell `look`. */
  watching: boolean;
  /** `again` will come: nothing else has to begin. */
  goingOn: boolean;
  seen: number;
  /** Not before this may an item that falls due be looked for, while nothing is waiting. */
  nextDueMs: number;
}

type Ctx = Context<QueueWorkerMessage>;

const retryMs = 250;

const work = async (setup: QueueWorkerSetup, state: QueueWorkerState, context: Ctx): Promise<void> => {
  const { space, queue, owner, slots, leaseMs } = setup;
  const claimed = await attempt(context, `claim of ${queue}`, () =>
    space.queue.claim({ queue, owner: `${owner}/${queue}`, slots, leaseMs, holding: 0 }),
  );
  if (claimed.status !== "ok") return goOn(state, context, retryMs);
  const { claims, nextInMs } = claimed.value;
  if (claims.length === 0) {
    state.nextDueMs = context.clock.monotonicMs() + (nextInMs ?? longestWaitMs);
    wait(setup, state, context);
    return;
  }
  await Promise.all(claims.map((claim) => handle(setup, claim, context)));
  goOn(state, context, 0);
};

const handle = async (setup: QueueWorkerSetup, claim: Claim, context: Ctx): Promise<void> => {
  try {
    await setup.handle(claim, context.signal);
  } catch (thrown) {
    const error = asError(thrown);
    // Another centre has the item: it does the work.
    if (error instanceof StoreError && error.code === "stale-guard") return;
    const ownFault = !(error instanceof StoreError && error.retryable) && !context.signal.aborted;
    if (ownFault)
      context.log.warn({ err: error, queue: claim.queue, item: claim.id }, "an item could not be worked off");
    const release = ownFault
      ? releaseAfter(claim, { message: error.message, killed: false })
      : ({ type: "release", claim, reason: "returned", delayMs: retryMs } as const);
    // A claim that nobody gives back runs out.
    await attempt(context, `release of ${claim.queue}`, () => setup.space.commit(undefined, [release]));
  }
};

const goOn = (state: QueueWorkerState, context: Ctx, delayMs: number): void => {
  state.goingOn = true;
  if (delayMs > 0) remind(context, "again", delayMs, { type: "again" });
  else context.self.tell({ type: "again" });
};

const wait = (setup: QueueWorkerSetup, state: QueueWorkerState, context: Ctx): void => {
  if (state.watching) return;
  state.watching = true;
  lookOnChange(setup.space, state.seen, state.nextDueMs - context.clock.monotonicMs(), context);
};

/** The space changes with all that detection does: whether there is something for this queue costs a read. */
const look = async (setup: QueueWorkerSetup, state: QueueWorkerState, context: Ctx): Promise<void> => {
  if (context.clock.monotonicMs() < state.nextDueMs) {
    const counts = await attempt(context, `counts of ${setup.queue}`, () => setup.space.queue.counts(setup.queue));
    if (counts.status === "ok" && counts.value.waiting === 0) return wait(setup, state, context);
  }
  await work(setup, state, context);
};

const receive = async (
  setup: QueueWorkerSetup,
  state: QueueWorkerState,
  message: QueueWorkerMessage,
  context: Ctx,
): Promise<typeof same> => {
  switch (message.type) {
    case "again":
      state.goingOn = false;
      await work(setup, state, context);
      return same;
    case "look":
      state.watching = false;
      state.seen = message.seen;
      if (!state.goingOn) await look(setup, state, context);
      return same;
    default:
      return unreachable(message);
  }
};

/** Claims the items of one queue as they come and works them off, a bounded number at a time. */
export const queueWorkerProps = (setup: QueueWorkerSetup): Props<QueueWorkerState, QueueWorkerMessage> => ({
  behavior: {
    initial: (context) => {
      context.self.tell({ type: "look", seen: 0 });
      return { watching: false, goingOn: false, seen: 0, nextDueMs: 0 };
    },
    receive: (state, message, context) => receive(setup, state, message, context),
  },
});
