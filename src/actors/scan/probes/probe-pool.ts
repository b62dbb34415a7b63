import { unreachable } from "../../../base/unreachable.ts";
import { same, type Address, type Context, type Props, type Supervision } from "../../../kernel/index.ts";
import { retryLimits, type Claim } from "../../../store/index.ts";
import type { AloneGate } from "../claims/alone-gate.ts";
import type { WorkerFailure } from "../../claims/failure.ts";
import { HeldClaims } from "../../claims/held-claims.ts";
import type { ScanLeaders } from "../links/scan-leaders.ts";
import { noPeers } from "../links/scan-peers.ts";
import { longestWaitMs, lookOnChange } from "../../claims/look-on-change.ts";
import { remind } from "../../claims/remind.ts";
import { probeProps, type ProbeMessage, type ProbeReport } from "./probe.ts";
import type { ScanSetup } from "../setup.ts";
import { attempt } from "../../claims/store-calls.ts";
import { TargetLimiter } from "./target-limiter.ts";
import { subtaskQueue } from "../work.ts";

/**
 * The supervisor of a node's probes. It claims only what idle probes can start now (SCAN-10), prolongs the claims of all of them with one
 * heartbeat, and gives back the claim of a probe that crashed.
 */
export type ProbePoolMessage =
  | ProbeReport
  /** A probe was stopped for good. */
  | { readonly type: "gone"; readonly probe: number }
  /** Look for work: the space has changed, or some time has passed. */
  | { readonly type: "look"; readonly seen: number }
  /** Try again what the store did not answer. */
  | { readonly type: "retry" }
  /** Another node has put subtasks into the queue. Only a hint. */
  | { readonly type: "work" }
  /** These scans may have been cancelled. Only a hint. */
  | { readonly type: "check"; readonly taskIds: readonly string[] }
  | { readonly type: "heartbeat" };

/** State is mutable and private to the actor: it is large and changes with every message. */
interface ProbePoolState {
  readonly probes: readonly Address<ProbeMessage>[];
  readonly held: HeldClaims<number>;
  /** What each probe works on: the token of its claim. */
  readonly running: Map<number, number>;
  readonly idle: Set<number>;
  /** Someone waits for a change of the store and will tell `look`. */
  watching: boolean;
  /** An item that has to run alone is next: nothing more is claimed until this node holds nothing. */
  aloneWaiting: boolean;
  /** The latest revision of the space that was looked at. */
  seen: number;
}

export interface ProbePoolSetup extends ScanSetup {
  readonly gate: AloneGate;
  readonly leaders: ScanLeaders;
  /** Is told when a subtask has ended here; a node may have none. */
  readonly scheduler: Address<{ readonly type: "subtasks-ended"; readonly taskIds: readonly string[] }> | undefined;
}

const retryMs = 250;
/** How soon to look again whether the task claims of this node are settled. */
const settleMs = 20;

/** Probes crash by design: what they run is hostile. Budgets are wide; poison ends as a dead letter instead. */
const supervision: Partial<Supervision> = {
  strategy: "one-for-one",
  maxRestarts: 1_000,
  withinMs: 60_000,
  backoff: { minMs: 10, maxMs: 100, factor: 1.5, jitter: 0.2 },
};

const pull = async (
  setup: ProbePoolSetup,
  state: ProbePoolState,
  context: Context<ProbePoolMessage>,
): Promise<void> => {
  const { gate } = setup;
  if (state.idle.size === 0 || (state.aloneWaiting && state.held.size > 0)) return;
  if (state.aloneWaiting && gate.unsettled > 0) {
    remind(context, "retry", settleMs, { type: "retry" });
    return;
  }
  const claimed = await attempt(context, "claim", () =>
    setup.space.queue.claim({
      queue: subtaskQueue,
      owner: setup.owner,
      slots: state.idle.size,
      leaseMs: setup.settings.leaseMs,
      holding: state.held.size + gate.unsettled,
    }),
  );
  if (claimed.status !== "ok") {
    remind(context, "retry", retryMs, { type: "retry" });
    return;
  }
  const early = claimed.value.claims.find((claim) => runsAlone(claim) && gate.unsettled > 0);
  state.aloneWaiting = claimed.value.aloneWaiting || early !== undefined;
  gate.want(state.aloneWaiting);
  if (early !== undefined) {
    // A task was asked for meanwhile. What runs alone comes as the only item.
    await attempt(context, "return", () =>
      setup.space.commit(undefined, [{ type: "release", claim: early, reason: "returned" }]),
    );
    remind(context, "retry", settleMs, { type: "retry" });
    return;
  }
  for (const claim of claimed.value.claims) assign(state, claim);
  if (state.idle.size > 0) wait(setup, state, context, claimed.value.nextInMs);
};

const runsAlone = ({ losses }: Claim): boolean => losses >= retryLimits.aloneAfterLosses;

const assign = (state: ProbePoolState, claim: Claim): void => {
  const [probe] = state.idle;
  if (probe === undefined) return;
  state.idle.delete(probe);
  state.running.set(probe, claim.token);
  state.held.add(claim, probe);
  state.probes[probe]?.tell({ type: "run", claim });
};

/** Waits outside of the actor's turns for a change of the space, or for the next item that falls due. */
const wait = (
  setup: ScanSetup,
  state: ProbePoolState,
  context: Context<ProbePoolMessage>,
  nextInMs: number | undefined,
): void => {
  if (state.watching) return;
  state.watching = true;
  lookOnChange(setup.space, state.seen, nextInMs ?? longestWaitMs, context);
};

/** A probe has come to an end with what it had, in one way or another. */
const free = (state: ProbePoolState, probe: number): void => {
  state.running.delete(probe);
  state.idle.add(probe);
};

/** Whoever leads the scan is told: this node, or the one that said so. */
const ended = ({ scheduler, leaders, peers = noPeers }: ProbePoolSetup, state: ProbePoolState, token: number): void => {
  const taskId = state.held.take(token)?.group;
  if (taskId === undefined) return;
  scheduler?.tell({ type: "subtasks-ended", taskIds: [taskId] });
  const leader = leaders.of(taskId);
  if (leader !== undefined) peers.subtaskEnded(taskId, leader);
};

/** The run of this probe, if it had one, has ended without a result. */
const giveUp = (state: ProbePoolState, probe: number, failure: WorkerFailure): void => {
  const token = state.running.get(probe);
  if (token === undefined) return;
  state.held.giveUp(token, failure);
  // It may have ended its last life before it got to the message `run`, which would then begin work without a claim.
  state.probes[probe]?.tell({ type: "cancel", token });
};

/** Cancels the runs whose claims are no longer held. */
const keep = async (
  setup: ScanSetup,
  state: ProbePoolState,
  some: ((claim: Claim) => boolean) | undefined,
  context: Context<ProbePoolMessage>,
): Promise<void> => {
  await attempt(context, "extend", () => state.held.extend(setup.settings.leaseMs, some));
  for (const { claim, worker } of state.held.overdue(context.clock.monotonicMs())) {
    setup.notify({ type: "claim-lost", id: claim.id });
    state.probes[worker]?.tell({ type: "cancel", token: claim.token });
  }
};

const receive = async (
  setup: ProbePoolSetup,
  state: ProbePoolState,
  message: ProbePoolMessage,
  context: Context<ProbePoolMessage>,
): Promise<typeof same> => {
  switch (message.type) {
    case "ready":
      giveUp(state, message.probe, message.failure ?? { message: "the probe began a new life", killed: true });
      free(state, message.probe);
      if (message.failure !== undefined) {
        setup.notify({ type: "probe-restarted", probe: message.probe, killed: message.failure.killed });
      }
      break;
    case "gone":
      giveUp(state, message.probe, { message: "the probe was stopped", killed: true });
      state.running.delete(message.probe);
      state.idle.delete(message.probe);
      break;
    case "ended":
      if (state.running.get(message.probe) !== message.token) return same;
      ended(setup, state, message.token);
      free(state, message.probe);
      break;
    case "look":
      state.watching = false;
      state.seen = message.seen;
      break;
    case "retry":
      break;
    case "work":
      break;
    case "check": {
      const about = new Set(message.taskIds);
      await keep(setup, state, ({ group }) => group !== undefined && about.has(group), context);
      return same;
    }
    case "heartbeat":
      await keep(setup, state, undefined, context);
      return same;
    default:
      return unreachable(message);
  }
  if (!(await state.held.release(context))) remind(context, "retry", retryMs, { type: "retry" });
  await pull(setup, state, context);
  return same;
};

export const probePoolProps = (setup: ProbePoolSetup): Props<ProbePoolState, ProbePoolMessage> => ({
  supervision,
  behavior: {
    initial: (context) => {
      setup.gate.want(false);
      const { rateLimitPerTarget, concurrencyPerTarget } = setup.settings;
      const limits = { perSecond: rateLimitPerTarget, concurrent: concurrencyPerTarget };
      const limiter = new TargetLimiter(setup.space.limits, limits, context.clock);
      const probes = Array.from({ length: setup.settings.probes }, (_, index) => {
        const probe = context.spawn(probeProps({ ...setup, index, pool: context.self, limiter }), `probe-${index}`);
        context.watch(probe, { type: "gone", probe: index });
        return probe;
      });
      context.timers.every("heartbeat", setup.settings.leaseMs / 3, { type: "heartbeat" });
      return {
        probes,
        held: new HeldClaims(setup.space),
        running: new Map(),
        idle: new Set(),
        watching: false,
        aloneWaiting: false,
        seen: 0,
      };
    },
    receive: (state, message, context) => receive(setup, state, message, context),
    stopped: (state, context) => state.held.returnAll(context),
  },
});
