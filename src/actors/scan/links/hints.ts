import { unreachable } from "../../../base/unreachable.ts";
import { same, type Address, type Context, type Props } from "../../../kernel/index.ts";
import type { ScanHint } from "./hint.ts";
import type { ScanLeaders } from "./scan-leaders.ts";

/** What the scheduler and the probes of this node get of the hints: those of some time together. */
export type GatheredHint =
  /** Ask the store at once whether claims of these scans still hold. */
  | { readonly type: "check"; readonly taskIds: readonly string[] }
  /** Subtasks of these scans have ended. */
  | { readonly type: "subtasks-ended"; readonly taskIds: readonly string[] }
  /** There may be work. */
  | { readonly type: "work" };

type Gathered<Type extends GatheredHint["type"]> = Extract<GatheredHint, { readonly type: Type }>;

type HintsMessage = ScanHint | { readonly type: "pass-on" };

/** State is mutable and private to the actor. */
interface HintsState {
  readonly checks: Set<string>;
  readonly ended: Set<string>;
  work: boolean;
  /** Some were passed on just now: more wait for the timer. */
  resting: boolean;
}

export interface HintsSetup {
  readonly leaders: ScanLeaders;
  /** Of this node, if it has them. */
  readonly scheduler: Address<Gathered<"check" | "subtasks-ended">> | undefined;
  readonly probes: Address<Gathered<"check" | "work">> | undefined;
}

/** However many hints come, they are passed on once in this time: so they fill no mailbox in which claims are reported. */
const restMs = 20;
/** Scans named in this time; of more, the hints are dropped. */
const mostScans = 10_000;

const gather = (set: Set<string>, taskId: string): void => {
  if (set.size < mostScans) set.add(taskId);
};

const taken = (set: Set<string>): readonly string[] => {
  const taskIds = [...set];
  set.clear();
  return taskIds;
};

/** The first hint after a pause goes on at once, those that come soon after it together. */
const passOn = ({ scheduler, probes }: HintsSetup, state: HintsState, context: Context<HintsMessage>): void => {
  const { checks, ended, work } = state;
  if (state.resting || (checks.size === 0 && ended.size === 0 && !work)) return;
  if (checks.size > 0) {
    const check: Gathered<"check"> = { type: "check", taskIds: taken(checks) };
    probes?.tell(check);
    scheduler?.tell(check);
  }
  if (ended.size > 0) scheduler?.tell({ type: "subtasks-ended", taskIds: taken(ended) });
  if (work) probes?.tell({ type: "work" });
  state.work = false;
  state.resting = true;
  context.timers.once("pass-on", restMs, { type: "pass-on" });
};

const receive = (
  setup: HintsSetup,
  state: HintsState,
  message: HintsMessage,
  context: Context<HintsMessage>,
): typeof same => {
  switch (message.type) {
    case "check":
      gather(state.checks, message.taskId);
      break;
    case "work":
      setup.leaders.note(message.taskId, message.node);
      state.work = true;
      break;
    case "subtask-ended":
      gather(state.ended, message.taskId);
      break;
    case "pass-on":
      state.resting = false;
      break;
    default:
      return unreachable(message);
  }
  passOn(setup, state, context);
  return same;
};

/** `/scan/hints`: hears the hints of the other nodes, and of this one's control service, on every node whatever its roles. */
export const hintsProps = (setup: HintsSetup): Props<HintsState, HintsMessage> => ({
  behavior: {
    initial: () => ({ checks: new Set(), ended: new Set(), work: false, resting: false }),
    receive: (state, message, context) => receive(setup, state, message, context),
  },
});
