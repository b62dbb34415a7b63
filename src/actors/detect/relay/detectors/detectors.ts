import { asError } from "../../../../base/errors.ts";
import { printable } from "../../../../base/printable.ts";
import { unreachable } from "../../../../base/unreachable.ts";
import type { DetectorDescription } from "../../../../engines/malware/index.ts";
import { same, type Address, type Context, type Props, type Same } from "../../../../kernel/index.ts";
import type { CentrePort, RelayIdentity } from "../../centre-port.ts";
import { DetectError } from "../../errors.ts";
import { hasKnownVersion } from "../../known-version.ts";
import type { Heartbeat } from "../desk-calls.ts";
import type { DetectorProcesses } from "../processes/detector-process.ts";
import type { ProcessEnded, ProcessesMessage } from "../processes/processes-protocol.ts";
import type { RelaySettings } from "../settings.ts";
import type { TasksMessage } from "../tasks/tasks-protocol.ts";
import type { DetectorsMessage } from "./detectors-protocol.ts";
import { isSame, offeredKinds, viewDetector, type DetectorInstance } from "./instance.ts";
import { standInProps } from "./stand-in.ts";
import { StartableKinds } from "./startable.ts";

export interface DetectorsSetup {
  readonly identity: RelayIdentity;
  readonly centre: Pick<CentrePort, "announce">;
  readonly settings: RelaySettings;
  readonly tasks: Address<TasksMessage>;
  readonly processes?: DetectorProcesses;
  /** Starts them. */
  readonly starter: Address<ProcessesMessage> | undefined;
}

/** State is mutable and private to the actor. */
interface DetectorsState {
  readonly instances: Map<string, DetectorInstance>;
  readonly startable: StartableKinds;
  /** What the last detector of each kind that can be started has said of itself. */
  readonly described: Map<string, DetectorDescription>;
  /** The last life of each detector whose process was ended: what still comes of it is refused. */
  readonly ended: Map<string, string>;
  /** Why the kinds cannot be started whose processes end again and again before they send a heartbeat. */
  readonly failing: Map<string, string>;
  /** An announcement is under way. */
  announcing: boolean;
  /** The offers have changed since the last announcement. */
  changed: boolean;
}

const mostProblemChars = 200;
/** Detectors of one host at once. */
const mostDetectors = 256;

const announce = (setup: DetectorsSetup, state: DetectorsState, { self }: Context<DetectorsMessage>): void => {
  if (state.announcing) return;
  state.announcing = true;
  state.changed = false;
  const say = async (): Promise<void> => {
    const { known, undescribed } = await state.startable.ask(state.described);
    const kinds = offeredKinds(state.instances.values(), known, state.failing);
    const waiting = await setup.centre.announce(setup.identity, kinds);
    self.tell({ type: "announced", waiting, undescribed });
  };
  say().catch((error: unknown) => self.tell({ type: "announce-failed", error: asError(error) }));
};

/** Says at once that the offers have changed, and then that they are as they were, every now and then. */
const offersChanged = (setup: DetectorsSetup, state: DetectorsState, context: Context<DetectorsMessage>): void => {
  state.changed = true;
  announce(setup, state, context);
};

const announced = (setup: DetectorsSetup, state: DetectorsState, context: Context<DetectorsMessage>): void => {
  state.announcing = false;
  const nextMs = state.changed ? Math.min(100, setup.settings.announceMs) : setup.settings.announceMs;
  context.timers.once("announce", nextMs, { type: "announce" });
};

const heard = async (
  setup: DetectorsSetup,
  state: DetectorsState,
  heartbeat: Heartbeat,
  context: Context<DetectorsMessage>,
): Promise<void> => {
  const { detector, incarnation, description } = heartbeat;
  if (state.ended.get(detector) === incarnation) {
    throw new DetectError("unavailable", `${detector} was ended by the relay`, { retryable: true });
  }
  const before = state.instances.get(detector);
  if (before !== undefined && !isSame(before, heartbeat)) {
    await remove(setup, state, detector, "it began another life", context);
  }
  const known = state.instances.get(detector);
  if (known === undefined && state.instances.size >= mostDetectors) {
    throw new DetectError("busy", `${mostDetectors} detectors are on this host already`, { retryable: true });
  }
  const nowMs = context.clock.monotonicMs();
  const standIn = known?.standIn ?? context.spawn(standInProps({ detector, tasks: setup.tasks }), detector);
  if (known === undefined) setup.starter?.tell({ type: "here", detector });
  const { kind } = description;
  const says = hasKnownVersion(description) || !state.described.has(kind);
  if (says && setup.processes?.detectors.some((configured) => configured.kind === kind) === true) {
    state.described.set(kind, description);
  }
  state.instances.set(detector, { heartbeat, standIn, heardAtMs: nowMs });
  state.failing.delete(kind);
  context.timers.once(`silent-${detector}`, setup.settings.heartbeatTimeoutMs, { type: "silent", detector });
  if (JSON.stringify(known?.heartbeat.description) !== JSON.stringify(description)) {
    const { problem } = description;
    if (problem !== undefined) context.log.warn({ detector, problem }, "a detector cannot scan yet");
    setup.tasks.tell({ type: "detector-here", detector, description, standIn });
    offersChanged(setup, state, context);
  }
  if (heartbeat.load > 0) setup.starter?.tell({ type: "busy", detector });
  else if (known?.heartbeat.load === 0) {
    setup.tasks.tell({ type: "empty-handed", detector, sinceMs: known.heardAtMs });
  }
};

/** Deletes an instance (RELAY-4); its tasks go to others, or back (RELAY-5). */
const remove = async (
  setup: DetectorsSetup,
  state: DetectorsState,
  detector: string,
  reason: string,
  context: Context<DetectorsMessage>,
): Promise<void> => {
  const instance = state.instances.get(detector);
  if (instance === undefined) return;
  context.log.warn({ detector, reason }, "a detector is gone");
  context.timers.cancel(`silent-${detector}`);
  state.instances.delete(detector);
  setup.tasks.tell({ type: "detector-gone", detector, reason });
  // Its name is free for its next life.
  await context.stop(instance.standIn);
  offersChanged(setup, state, context);
};

const processEnded = async (
  setup: DetectorsSetup,
  state: DetectorsState,
  { detector, kind, reason, fails }: ProcessEnded,
  context: Context<DetectorsMessage>,
): Promise<void> => {
  const problem = printable(reason, mostProblemChars);
  if (fails && state.failing.get(kind) !== problem) {
    state.failing.set(kind, problem);
    offersChanged(setup, state, context);
  }
  const instance = state.instances.get(detector);
  if (instance === undefined) return;
  state.ended.set(detector, instance.heartbeat.incarnation);
  await remove(setup, state, detector, reason, context);
};

/** @throws DetectError `not-found`: it has no instance, or this is another life of it */
const instanceOf = (
  { instances }: DetectorsState,
  { detector, incarnation }: { readonly detector: string; readonly incarnation: string },
): DetectorInstance => {
  const instance = instances.get(detector);
  if (instance?.heartbeat.incarnation === incarnation) return instance;
  throw new DetectError("not-found", `${detector} has no instance here: send a heartbeat first`, { retryable: true });
};

const report = (
  setup: DetectorsSetup,
  state: DetectorsState,
  { report, replyTo }: Extract<DetectorsMessage, { readonly type: "report" }>,
): void => {
  const { detector } = instanceOf(state, report).heartbeat;
  if (!setup.tasks.tell({ type: "results", detector, results: report.results })) {
    throw new DetectError("busy", "the relay has too much to do: report again", { retryable: true });
  }
  setup.starter?.tell({ type: "busy", detector });
  replyTo.tell("taken");
};

/** Answers a detector; what is refused is its mistake, not a failure of this actor. */
const answer = async (
  setup: DetectorsSetup,
  state: DetectorsState,
  message: Extract<DetectorsMessage, { readonly type: "heartbeat" | "claim" | "report" }>,
  context: Context<DetectorsMessage>,
): Promise<void> => {
  try {
    switch (message.type) {
      case "heartbeat":
        await heard(setup, state, message.heartbeat, context);
        message.replyTo.tell({ heartbeatMs: setup.settings.heartbeatMs });
        return;
      case "claim":
        instanceOf(state, message.claim).standIn.tell(message);
        return;
      case "report":
        report(setup, state, message);
        return;
      default:
        return unreachable(message);
    }
  } catch (thrown) {
    if (!(thrown instanceof DetectError)) throw thrown;
    message.replyTo.fail(thrown);
  }
};

const receive = async (
  setup: DetectorsSetup,
  state: DetectorsState,
  message: DetectorsMessage,
  context: Context<DetectorsMessage>,
): Promise<Same> => {
  switch (message.type) {
    case "heartbeat":
    case "claim":
    case "report":
      await answer(setup, state, message, context);
      break;
    case "silent":
      setup.starter?.tell({ type: "silent", detector: message.detector });
      await remove(setup, state, message.detector, "no heartbeat in time", context);
      break;
    case "process-ended":
      await processEnded(setup, state, message, context);
      break;
    case "announce":
      announce(setup, state, context);
      break;
    case "announced":
      for (const { kind, waiting } of message.waiting) {
        if (waiting > 0) setup.starter?.tell({ type: "waiting", kind });
      }
      for (const kind of message.undescribed) setup.starter?.tell({ type: "undescribed", kind });
      announced(setup, state, context);
      break;
    case "announce-failed":
      context.log.warn({ err: message.error }, "the centre was not told what this host offers");
      announced(setup, state, context);
      break;
    case "view": {
      const nowMs = context.clock.monotonicMs();
      message.replyTo.tell([...state.instances.values()].map((instance) => viewDetector(instance, nowMs)));
      break;
    }
    default:
      return unreachable(message);
  }
  return same;
};

/**
 * `/detect/relay/detectors`: the detectors of the host. The first heartbeat of one makes its instance with a stand-in (RELAY-3); one that sends
 * none in time is gone. The centre is told what the host offers, and says what waits for it.
 */
export const detectorsProps = (setup: DetectorsSetup): Props<DetectorsState, DetectorsMessage> => ({
  // What a stand-in knew cannot be made again: the relay begins again as a whole.
  supervision: { decide: () => "escalate" },
  behavior: {
    initial: (context) => {
      setup.starter?.tell({ type: "detectors", detectors: context.self });
      context.timers.once("announce", 0, { type: "announce" });
      return {
        startable: new StartableKinds(setup.processes, context.clock),
        ...{ instances: new Map(), described: new Map(), ended: new Map(), failing: new Map() },
        ...{ announcing: false, changed: false },
      };
    },
    receive: (state, message, context) => receive(setup, state, message, context),
  },
});
