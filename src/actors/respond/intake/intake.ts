import { asError } from "../../../base/errors.ts";
import { unreachable } from "../../../base/unreachable.ts";
import { same, type Address, type Context, type Props, type Supervision } from "../../../kernel/index.ts";
import type { Claim } from "../../../store/index.ts";
import { releaseAfter } from "../../claims/failure.ts";
import { longestWaitMs, lookOnChange } from "../../claims/look-on-change.ts";
import { remind } from "../../claims/remind.ts";
import { attempt } from "../../claims/store-calls.ts";
import { PlaybookCode } from "../records/playbook-code.ts";
import type { RespondSetup } from "../setup.ts";
import { eventQueue, parseEventWork } from "../work.ts";
import { checkChoices, type Chosen, type Decision } from "./decide.ts";
import { DecisionWriter } from "./decision-writer.ts";

/**
 * Takes events from their queue in batches, asks the catalog which playbooks are for them, and starts their runs: the end of the event and
 * the begin of its runs are one commit.
 */
export type IntakeMessage =
  /** Events were stored by this node. Only a hint. */
  | { readonly type: "work" }
  /** The store has changed, or something falls due. */
  | { readonly type: "look"; readonly seen: number }
  /** Go on: there was more, or the store did not answer. */
  | { readonly type: "again" };

/** State is mutable and private to the actor. */
interface IntakeState {
  readonly writer: DecisionWriter;
  readonly code: PlaybookCode;
  /** Claimed, and not decided because the store did not answer. */
  left: readonly Claim[];
  /** Someone waits for a change of the store and will tell `look`. */
  watching: boolean;
  /** `work` was told and is not handled yet. */
  woken: boolean;
  /** `again` will come: nothing else has to begin. */
  goingOn: boolean;
  seen: number;
  /** Not before this may an item that falls due be looked for, while nothing is waiting. */
  nextDueMs: number;
}

export interface IntakeSetup extends RespondSetup {
  /** Who starts runs. */
  readonly runs: Address<{ readonly type: "work" }>;
}

/** Events of one claim: their playbooks are chosen without a pause. */
const eventsAtOnce = 100;
const retryMs = 250;

/** Choosing is our own code on checked events. One that fails all the same fails by itself. */
const supervision: Partial<Supervision> = { maxRestarts: 20, withinMs: 60_000 };

const work = async (setup: IntakeSetup, state: IntakeState, context: Context<IntakeMessage>): Promise<void> => {
  if (state.left.length === 0) {
    const claimed = await attempt(context, "claim", () =>
      setup.space.queue.claim({
        queue: eventQueue,
        // Of its own: an event that has to be decided alone does not wait for the runs of this node.
        owner: `${setup.owner}/intake`,
        slots: eventsAtOnce,
        leaseMs: setup.settings.leaseMs,
        holding: 0,
      }),
    );
    if (claimed.status !== "ok") {
      return goOn(state, context, retryMs);
    }
    state.left = claimed.value.claims;
    if (state.left.length === 0) {
      state.nextDueMs = context.clock.monotonicMs() + (claimed.value.nextInMs ?? longestWaitMs);
      wait(setup, state, context);
      return;
    }
  }
  const nowMs = context.clock.monotonicMs();
  const claims = state.left.filter(({ deadlineMs }) => deadlineMs > nowMs);
  const decided = await attempt(context, "decide", () => decideAll(setup, state, claims, context));
  if (decided.status === "unavailable") return goOn(state, context, retryMs);
  state.left = [];
  goOn(state, context, 0);
};

const goOn = (state: IntakeState, context: Context<IntakeMessage>, delayMs: number): void => {
  state.goingOn = true;
  if (delayMs > 0) remind(context, "again", delayMs, { type: "again" });
  else context.self.tell({ type: "again" });
};

const decideAll = async (
  setup: IntakeSetup,
  state: IntakeState,
  claims: readonly Claim[],
  context: Context<IntakeMessage>,
): Promise<void> => {
  const catalog = setup.catalog.current();
  const chosen: Chosen[] = [];
  for (const claim of claims) {
    try {
      const eventWork = parseEventWork(claim.body);
      const choices = catalog.choose(eventWork.event);
      checkChoices(choices);
      const chars = JSON.stringify(claim.body).length;
      chosen.push({ claim, work: eventWork, catalog: catalog.version, choices, chars });
    } catch (error) {
      await fail(setup, claim, asError(error), context);
    }
  }
  const playbooks = new Map(
    chosen.flatMap(({ choices }) => choices.map(({ playbook }) => [playbook.version, playbook])),
  );
  for (const playbook of playbooks.values()) await state.code.keep(playbook);
  await state.writer.write(chosen, ({ claim }, error) => fail(setup, claim, error, context));
};

/** This event could not be decided on: it is tried again later, and given up in the end. */
const fail = async (
  { space, notify }: IntakeSetup,
  claim: Claim,
  error: Error,
  context: Context<IntakeMessage>,
): Promise<void> => {
  context.log.warn({ err: error, event: claim.id, failures: claim.failures + 1 }, "an event could not be decided on");
  notify({ type: "undecided", key: claim.id });
  const released = await attempt(context, "release", () =>
    space.commit(undefined, [releaseAfter(claim, { message: error.message, killed: false })]),
  );
  // A claim that nobody gives back runs out.
  if (released.status === "unavailable") context.log.warn({ event: claim.id }, "the event is taken up again later");
};

const tell = ({ notify, runs }: IntakeSetup, { chosen, record }: Decision): void => {
  if (record === undefined || record.state === "dead") return;
  const { state, suppressed, decidedAtMs, receivedAtMs } = record;
  notify({
    ...{ type: "decided", key: chosen.claim.id, state },
    runs: record.runs.length,
    suppressed: suppressed.length,
    waitedMs: Math.max(0, decidedAtMs - receivedAtMs),
  });
  if (record.runs.length > 0) runs.tell({ type: "work" });
};

/** Waits outside of the actor's turns for a change of the space, or until something falls due. */
const wait = (setup: IntakeSetup, state: IntakeState, context: Context<IntakeMessage>): void => {
  if (state.watching) return;
  state.watching = true;
  lookOnChange(setup.space, state.seen, state.nextDueMs - context.clock.monotonicMs(), context);
};

/** The space changes with all that runs do: whether there is something for the intake costs a read. */
const look = async (setup: IntakeSetup, state: IntakeState, context: Context<IntakeMessage>): Promise<void> => {
  if (context.clock.monotonicMs() < state.nextDueMs) {
    const counts = await attempt(context, "counts", () => setup.space.queue.counts(eventQueue));
    if (counts.status === "ok" && counts.value.waiting === 0) return wait(setup, state, context);
  }
  await work(setup, state, context);
};

const receive = async (
  setup: IntakeSetup,
  state: IntakeState,
  message: IntakeMessage,
  context: Context<IntakeMessage>,
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
    default:
      return unreachable(message);
  }
};

/** However many events are stored while a batch is decided, they wake the actor once. */
const listen = ({ hints }: IntakeSetup, state: IntakeState, { self, signal }: Context<IntakeMessage>): void => {
  const unlisten = hints?.listen(({ type }) => {
    if (type !== "events" || state.woken) return;
    state.woken = true;
    self.tell({ type: "work" });
  });
  if (unlisten !== undefined) signal.addEventListener("abort", unlisten, { once: true });
};

export const intakeProps = (setup: IntakeSetup): Props<IntakeState, IntakeMessage> => ({
  supervision,
  behavior: {
    initial: (context) => {
      const { space, settings } = setup;
      const state: IntakeState = {
        writer: new DecisionWriter({
          ...{ space, retainMs: settings.retainMs },
          nowMs: () => context.clock.wallMs(),
          decided: (decision) => tell(setup, decision),
        }),
        code: new PlaybookCode(space, context.clock, settings.retainMs),
        ...{ left: [], watching: false, woken: false, goingOn: false, seen: 0, nextDueMs: 0 },
      };
      listen(setup, state, context);
      context.self.tell({ type: "look", seen: 0 });
      return state;
    },
    receive: (state, message, context) => receive(setup, state, message, context),
    stopped: async ({ left }, context) => {
      const returned = left.map((claim) =>
        attempt(context, "return", () =>
          setup.space.commit(undefined, [{ type: "release", claim, reason: "returned" }]),
        ),
      );
      await Promise.all(returned);
    },
  },
});
