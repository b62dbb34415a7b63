import type { ActorCell } from "../cell/actor-cell.ts";
import { KernelError } from "../errors.ts";
import { restarting, running } from "../cell/phase.ts";
import { RestartGroup } from "./restart-group.ts";
import { backoffMs, decisions, type Decision } from "./supervision.ts";

/** Applies the parent's supervision to a child that failed. Decisions are data, so nothing waits for a turn of the parent. */
export const supervise = (parent: ActorCell, child: ActorCell, error: Error): void => {
  const { decision, cause } = decide(parent, error);
  switch (decision) {
    case "resume":
      if (child.phase !== running) return restart(parent, child, cause);
      child.log.warn({ err: cause, decision }, "an actor failed");
      return resumeEscalated(child);
    case "restart":
      return restart(parent, child, cause);
    case "stop":
      child.log.warn({ err: cause, decision }, "an actor failed");
      return child.requestStop();
    case "escalate":
      return escalate(parent, child, cause);
  }
};

/**
 * Gives an actor a new life at once because a person asked for it, and those that would restart with it if it had failed: what they know of
 * each other is one whole, however the life of one ends.
 */
export const restartAsAsked = (parent: ActorCell, child: ActorCell): void => {
  child.log.info("an actor restarts as asked");
  const members = affected(parent, child);
  for (const member of members) {
    // One that has failed before still pays for that.
    if (member.phase === restarting) continue;
    member.restartsAsAsked = true;
    member.lastFailure = undefined;
    if (member !== child) member.log.info({ restarted: child.path }, "an actor restarts with its sibling");
  }
  new RestartGroup(members, 0).begin();
};

const decide = (parent: ActorCell, error: Error): { decision: Decision; cause: Error } => {
  try {
    const decision = parent.settings.supervision.decide(error);
    if (!decisions.includes(decision)) throw new TypeError(`${decision} is no decision`);
    return { decision, cause: error };
  } catch (thrown) {
    return { decision: "escalate", cause: new AggregateError([error, thrown], "the decision about a failure failed") };
  }
};

const restart = (parent: ActorCell, child: ActorCell, error: Error): void => {
  const members = affected(parent, child);
  const exhausted = firstExhausted(parent, members);
  if (exhausted !== undefined) return giveUp(parent, child, exhausted, error);
  const used = usedBy(parent, child);
  const delayMs = backoffMs(parent.settings.supervision.backoff, used, parent.services.random);
  const facts = { decision: "restart", restarts: used + 1, delayMs };
  child.log.warn({ ...causeOf(child, error, used > 0), ...facts }, "an actor failed");
  for (const member of members) {
    if (member.phase === restarting) continue;
    member.lastFailure = error;
    if (member !== child) member.log.warn({ failed: child.path, delayMs }, "an actor restarts with its sibling");
  }
  new RestartGroup(members, delayMs).begin();
};

/**
 * A failure for the log. One that repeats the last one within the window of the budget goes without its stack: to format that costs more
 * than the whole restart.
 */
const causeOf = (child: ActorCell, error: Error, inWindow: boolean): { err: Error } | { cause: string } => {
  const cause = `${error.name}: ${error.message}`;
  const repeats = inWindow && cause === child.loggedCause;
  child.loggedCause = cause;
  return repeats ? { cause } : { err: error };
};

const usedBy = (parent: ActorCell, child: ActorCell): number =>
  child.budget?.used(parent.services.clock.monotonicMs(), parent.settings.supervision.withinMs) ?? 0;

/** One that may not restart again. Those that are about to restart for an earlier failure need no further restart. */
const firstExhausted = (parent: ActorCell, members: readonly ActorCell[]): ActorCell | undefined =>
  members.find(
    (member) => member.phase !== restarting && usedBy(parent, member) >= parent.settings.supervision.maxRestarts,
  );

/** The children that restart together with `child`, in the order in which they were spawned. */
const affected = (parent: ActorCell, child: ActorCell): readonly ActorCell[] => {
  const { strategy } = parent.settings.supervision;
  if (strategy === "one-for-one" || parent.children === undefined) return [child];
  const members = [...parent.children.values()].filter((member) => !member.ending);
  return strategy === "one-for-all" ? members : members.slice(members.indexOf(child));
};

const giveUp = (parent: ActorCell, child: ActorCell, exhausted: ActorCell, error: Error): void => {
  const { maxRestarts, withinMs, whenExhausted } = parent.settings.supervision;
  const spent = new KernelError(
    "restarts-exhausted",
    `${exhausted.path} has restarted ${maxRestarts} times within ${withinMs} ms`,
    { ids: { path: exhausted.path, incarnation: exhausted.incarnation }, cause: error },
  );
  if (whenExhausted === "escalate") return escalate(parent, child, spent);
  child.log.error({ err: spent, decision: "stop" }, "an actor failed");
  child.requestStop();
};

const escalate = (parent: ActorCell, child: ActorCell, error: Error): void => {
  child.log.warn({ err: error, decision: "escalate" }, "an actor failed");
  child.suspended = true;
  parent.failures += 1;
  parent.fail(
    new KernelError("escalated", `${child.path} failed: ${error.message}`, {
      ids: { path: child.path, incarnation: child.incarnation },
      cause: error,
    }),
  );
};

/**
 * A parent goes on: so do the descendants that wait for that. One without a state is restarted if the budget allows, else stopped: to
 * escalate again would come back here.
 */
const resumeEscalated = (parent: ActorCell): void => {
  for (const child of parent.children?.values() ?? []) {
    if (!child.suspended) continue;
    if (child.phase === running) {
      child.resume();
      resumeEscalated(child);
    } else if (firstExhausted(parent, affected(parent, child)) === undefined) {
      restart(parent, child, child.lastFailure ?? new KernelError("escalated", `${child.path} failed`));
    } else child.requestStop();
  }
};
