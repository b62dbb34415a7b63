import { asError } from "../../../../base/errors.ts";
import { unreachable } from "../../../../base/unreachable.ts";
import { same, type Address, type Context, type Props, type Same } from "../../../../kernel/index.ts";
import { slotsOf, type DetectorSlot } from "./detector-slot.ts";
import type { DetectorProcesses } from "./detector-process.ts";
import type { ProcessEnded, ProcessesMessage } from "./processes-protocol.ts";

/** State is mutable and private to the actor. */
interface ProcessesState {
  readonly slots: ReadonlyMap<string, DetectorSlot>;
  detectors: Address<ProcessEnded> | undefined;
}

/** A process that has sent no heartbeat by then hangs. */
const firstHeartbeatMs = 60_000;
const firstPauseMs = 200;
const longestPauseMs = 30_000;
/** Ends in a row without a heartbeat between, after which a kind is said to fail. */
const failsAfter = 3;

const start = (
  { start }: DetectorProcesses,
  slot: DetectorSlot,
  { self, clock, log, timers }: Context<ProcessesMessage>,
): void => {
  if (slot.process !== undefined) return;
  const { detector, configured } = slot;
  Object.assign(slot, { idle: false, busyAtMs: clock.monotonicMs() });
  timers.cancel(`start-${detector}`);
  timers.once(`silent-${detector}`, firstHeartbeatMs, { type: "silent", detector });
  const process = start(configured.kind, detector);
  slot.process = process;
  const over = process.then(
    (started) => started.ended,
    (error: unknown) => {
      log.error({ err: asError(error), detector }, "a detector cannot be started");
      return `it cannot be started: ${asError(error).message}`;
    },
  );
  void over.then((reason) => void self.tell({ type: "ended", detector, process, reason }));
};

/** Ends its process, which is told as `ended` when it is gone. */
const stop = ({ process }: DetectorSlot, graceMs: number, { log }: Context<ProcessesMessage>): void => {
  process
    ?.then((started) => started.stop(graceMs))
    .catch((error: unknown) => log.error({ err: asError(error) }, "the process of a detector could not be ended"));
};

const ended = (
  state: ProcessesState,
  slot: DetectorSlot,
  reason: string,
  { timers, log, random }: Context<ProcessesMessage>,
): void => {
  const { detector } = slot;
  slot.process = undefined;
  timers.cancel(`silent-${detector}`);
  timers.cancel(`idle-${detector}`);
  const evenMs = Math.min(longestPauseMs, firstPauseMs * 2 ** slot.failures);
  if (!slot.idle) slot.failures = Math.min(slot.failures + 1, 16);
  const fails = !slot.idle && slot.failures >= failsAfter;
  state.detectors?.tell({ type: "process-ended", detector, kind: slot.configured.kind, reason, fails });
  if (slot.idle) return;
  log.warn({ detector, reason }, "the process of a detector has ended: it is started again");
  timers.once(`start-${detector}`, evenMs * (0.8 + 0.4 * random.next()), { type: "start", detector });
};

/** Nothing came for it for some time: it goes. What it is, is known; it comes again when something waits for it. */
const idle = (
  setup: DetectorProcesses,
  state: ProcessesState,
  slot: DetectorSlot,
  context: Context<ProcessesMessage>,
): void => {
  const { detector, busyAtMs } = slot;
  const { kind } = slot.configured;
  const leftMs = busyAtMs + setup.idleStopMs - context.clock.monotonicMs();
  if (leftMs > 0) {
    context.timers.once(`idle-${detector}`, leftMs, { type: "idle", detector });
    return;
  }
  slot.idle = true;
  state.detectors?.tell({ type: "process-ended", detector, kind, reason: "nothing came for it", fails: false });
  stop(slot, setup.graceMs, context);
};

const ofDetector = (
  setup: DetectorProcesses,
  state: ProcessesState,
  slot: DetectorSlot,
  message: Extract<ProcessesMessage, { readonly detector: string }>,
  context: Context<ProcessesMessage>,
): void => {
  const { clock, timers } = context;
  switch (message.type) {
    case "start":
      start(setup, slot, context);
      break;
    case "here":
      slot.failures = 0;
      timers.cancel(`silent-${slot.detector}`);
      if (slot.configured.start === "lazy")
        timers.once(`idle-${slot.detector}`, setup.idleStopMs, { ...message, type: "idle" });
      break;
    case "busy":
      slot.busyAtMs = clock.monotonicMs();
      break;
    case "silent":
      stop(slot, 0, context);
      break;
    case "idle":
      idle(setup, state, slot, context);
      break;
    case "ended":
      // One of an earlier life of the relay says nothing of the process that runs now.
      if (message.process === slot.process) ended(state, slot, message.reason, context);
      break;
    default:
      unreachable(message);
  }
};

const slotsOfKind = ({ slots }: ProcessesState, kind: string): readonly DetectorSlot[] =>
  [...slots.values()].filter(({ configured }) => configured.kind === kind);

const receive = (
  setup: DetectorProcesses,
  state: ProcessesState,
  message: ProcessesMessage,
  context: Context<ProcessesMessage>,
): Same => {
  if (message.type === "detectors") {
    state.detectors = message.detectors;
  } else if (message.type === "waiting") {
    // One that ended a moment ago waits for its pause.
    for (const slot of slotsOfKind(state, message.kind)) if (slot.idle) start(setup, slot, context);
  } else if (message.type === "undescribed") {
    const [first] = slotsOfKind(state, message.kind);
    if (first?.idle === true) start(setup, first, context);
  } else {
    // Of others, it is a detector that nobody here has started.
    const slot = state.slots.get(message.detector);
    if (slot !== undefined) ofDetector(setup, state, slot, message, context);
  }
  return same;
};

/**
 * `/detect/relay/processes`: the processes of the detectors that the relay starts. Lazy ones begin when something waits for their kind, and end
 * when nothing came for some time; one that ends by itself, or hangs, is begun again after a pause.
 */
export const processesProps = (setup: DetectorProcesses): Props<ProcessesState, ProcessesMessage> => ({
  stopTimeoutMs: setup.graceMs + 5_000,
  behavior: {
    initial: (context) => {
      const slots = slotsOf(setup.detectors, context.clock.monotonicMs());
      for (const slot of slots.values()) if (slot.configured.start === "eager") start(setup, slot, context);
      return { slots, detectors: undefined };
    },
    receive: (state, message, context) => receive(setup, state, message, context),
    stopped: async ({ slots }) => {
      const processes = [...slots.values()].flatMap(({ process }) => (process === undefined ? [] : [process]));
      // One that could not be started needs no end.
      await Promise.allSettled(processes.map(async (process) => (await process).stop(setup.graceMs)));
    },
  },
});
