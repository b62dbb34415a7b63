import { unreachable } from "../../base/unreachable.ts";
import { same, type Context, type Props, type Supervision } from "../../kernel/index.ts";
import type { Claim, Space } from "../../store/index.ts";
import { longestWaitMs, lookOnChange } from "./look-on-change.ts";
import { remind } from "./remind.ts";
import { attempt } from "./store-calls.ts";

/**
 * Claims the items of one queue as they come and works them off in its own turns, a bounded number at a time. For work that is short: its claims
 * are not prolonged.
 */
export type QueueWorkerMessage =
  /** Items were stored by this node. Only a hint. */
  | { readonly type: "work" }
  /** The store has changed, or something falls due. */
  | { readonly type: "look"; readonly seen: number }
  /** It has rested: now it may wait for the next change. */
  | { readonly type: "rested" }
  /** Go on: there was more, or the store did not answer. */
  | { readonly type: "again" };

export type WorkerContext = Pick<Context<never>, "clock" | "log" | "signal">;

/**
 * Does the work of claims, the end of each included. Resolves with those that are left because the store did not answer: they are given again
 * while they hold, and nothing else is claimed before. Rejects: the worker begins a new life.
 */
export type WorkOff = (claims: readonly Claim[]) => Promise<readonly Claim[]>;

export interface QueueWorkerSetup {
  readonly space: Space;
  readonly queue: string;
  /** Of this worker alone: an item that has to run alone does not wait for anything else of the node. */
  readonly owner: string;
  /** Items that are claimed at once. */
  readonly slots: number;
  readonly leaseMs: number;
  /**
   * How long it leaves the store alone after a look that found nothing, unless it is woken (default: 0). For a space that others change all the
   * time, and items that may wait so long.
   */
  readonly restMs?: number;
  readonly supervision?: Partial<Supervision>;
  /** Once for each life. */
  readonly begin: (context: WorkerContext) => WorkOff;
  /** Calls `wake` when this node has stored items. Returns how to end that. */
  readonly listen?: (wake: () => void) => (() => void) | undefined;
}

/** State is mutable and private to the actor. */
interface QueueWorkerState {
  readonly workOff: WorkOff;
  /** Claimed, and to be worked off yet. */
  left: readonly Claim[];
  /** Someone waits for a change of the store and will tell `look`. */
  watching: boolean;
  /** `work` was told and is not handled yet. */
  woken: boolean;
  /** `again` will come: nothing else has to begin. */
  goingOn: boolean;
  seen: number;
  /** When the store last said that there is nothing, or did not answer, monotonic. */
  lookedAtMs: number;
  /** Not before this may an item that falls due be looked for, while nothing is waiting. */
  nextDueMs: number;
}

type Ctx = Context<QueueWorkerMessage>;

const retryMs = 250;

const work = async (setup: QueueWorkerSetup, state: QueueWorkerState, context: Ctx): Promise<void> => {
  if (state.left.length === 0) {
    const { space, queue, owner, slots, leaseMs } = setup;
    const claimed = await attempt(context, `claim of ${queue}`, () =>
      space.queue.claim({ queue, owner, slots, leaseMs, holding: 0 }),
    );
    if (claimed.status !== "ok") return goOn(state, context, retryMs);
    state.left = claimed.value.claims;
    if (state.left.length === 0) {
      state.lookedAtMs = context.clock.monotonicMs();
      state.nextDueMs = state.lookedAtMs + (claimed.value.nextInMs ?? longestWaitMs);
      return wait(setup, state, context);
    }
  }
  const nowMs = context.clock.monotonicMs();
  state.left = await state.workOff(state.left.filter(({ deadlineMs }) => deadlineMs > nowMs));
  goOn(state, context, state.left.length === 0 ? 0 : retryMs);
};

const goOn = (state: QueueWorkerState, context: Ctx, delayMs: number): void => {
  state.goingOn = true;
  if (delayMs > 0) remind(context, "again", delayMs, { type: "again" });
  else context.self.tell({ type: "again" });
};

/** Waits outside of the actor's turns for a change of the space, or until something falls due. */
const wait = (setup: QueueWorkerSetup, state: QueueWorkerState, context: Ctx): void => {
  if (state.watching) return;
  state.watching = true;
  const nowMs = context.clock.monotonicMs();
  const restMs = state.lookedAtMs + (setup.restMs ?? 0) - nowMs;
  if (restMs > 0) remind(context, "rest", restMs, { type: "rested" });
  else lookOnChange(setup.space, state.seen, state.nextDueMs - nowMs, context);
};

/** The space changes with all that its actors do: whether there is something for this queue costs a read. */
const look = async (setup: QueueWorkerSetup, state: QueueWorkerState, context: Ctx): Promise<void> => {
  if (context.clock.monotonicMs() < state.nextDueMs) {
    const counts = await attempt(context, `counts of ${setup.queue}`, () => setup.space.queue.counts(setup.queue));
    state.lookedAtMs = context.clock.monotonicMs();
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
    case "work":
      state.woken = false;
      if (!state.goingOn) await work(setup, state, context);
      return same;
    case "again":
      state.goingOn = false;
      await work(setup, state, context);
      return same;
    case "look":
      state.watching = false;
      state.seen = message.seen;
      if (!state.goingOn) await look(setup, state, context);
      return same;
    case "rested":
      state.watching = false;
      wait(setup, state, context);
      return same;
    default:
      return unreachable(message);
  }
};

/** However much is stored while items are worked off, it wakes the actor once. */
const listen = (setup: QueueWorkerSetup, state: QueueWorkerState, { self, signal }: Ctx): void => {
  const unlisten = setup.listen?.(() => {
    if (state.woken) return;
    state.woken = true;
    self.tell({ type: "work" });
  });
  if (unlisten !== undefined) signal.addEventListener("abort", unlisten, { once: true });
};

/** Claims that are left at an ordered end go back, so that nobody has to wait for them to run out. */
const returnAll = async ({ space }: QueueWorkerSetup, { left }: QueueWorkerState, context: Ctx): Promise<void> => {
  const returned = left.map((claim) =>
    attempt(context, "return", () => space.commit(undefined, [{ type: "release", claim, reason: "returned" }])),
  );
  await Promise.all(returned);
};

export const queueWorkerProps = (setup: QueueWorkerSetup): Props<QueueWorkerState, QueueWorkerMessage> => ({
  ...(setup.supervision === undefined ? {} : { supervision: setup.supervision }),
  behavior: {
    initial: (context) => {
      const idle = {
        left: [],
        watching: false,
        woken: false,
        goingOn: false,
        seen: 0,
        lookedAtMs: -Infinity,
        nextDueMs: 0,
      };
      const state: QueueWorkerState = { workOff: setup.begin(context), ...idle };
      listen(setup, state, context);
      context.self.tell({ type: "look", seen: 0 });
      return state;
    },
    receive: (state, message, context) => receive(setup, state, message, context),
    stopped: (state, context) => returnAll(setup, state, context),
  },
});
