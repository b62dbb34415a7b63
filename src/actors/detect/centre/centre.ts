import { same, type Props } from "../../../kernel/index.ts";
import type { Claim } from "../../../store/index.ts";
import { eachClaim, type HandleClaim } from "../../claims/each-claim.ts";
import { queueWorkerProps, type QueueWorkerMessage } from "../../claims/queue-worker.ts";
import { eventForwarderProps } from "../../event-outbox/event-forwarder.ts";
import { verdictEventOf } from "../events/verdict-change.ts";
import { Policy } from "../library/policy.ts";
import { Verdicts } from "../library/verdicts.ts";
import type { CentreSetup } from "../setup.ts";
import { Tasks } from "../tasks/tasks.ts";
import { callbackQueue, deadlineQueue, decideQueue, detectEventQueue, refreshQueue } from "../work.ts";
import { decideTask } from "./decide-task.ts";
import { passDeadline } from "./pass-deadline.ts";
import { refresh } from "./refresh.ts";
import { sampleRetentionProps } from "./sample-retention.ts";
import { sendVerdict } from "./send-verdict.ts";
import { upkeepProps } from "./upkeep.ts";

/** Longer than one try to send a verdict, or one piece of a look through the library. */
const longLeaseMs = 30_000;

/**
 * `/detect/centre`: decides tasks, ends those whose time is over, makes old verdicts anew, sends verdicts, raises events about black
 * ones, and keeps house. Any number of nodes
 * have one; they share the queues.
 */
export const centreProps = (setup: CentreSetup): Props<undefined, never> => ({
  supervision: { strategy: "one-for-one", maxRestarts: 20, withinMs: 60_000 },
  behavior: {
    initial: (context) => {
      const { space, owner, clock, random, addressOf, settings } = setup;
      const { leaseMs, deadlineMs } = settings;
      const policy = new Policy(settings);
      const verdicts = new Verdicts(setup);
      const tasks = new Tasks({ space, clock, random, addressOf, policy, deadlineMs });
      const worker = (
        queue: string,
        slots: number,
        holdMs: number,
        handle: HandleClaim,
      ): Props<unknown, QueueWorkerMessage> =>
        queueWorkerProps({
          ...{ space, queue, slots, owner: `${owner}/${queue}`, leaseMs: holdMs },
          begin: (life) => eachClaim(space, life, handle),
        });
      const decide = (claim: Claim): Promise<void> => decideTask({ ...setup, policy }, claim);
      context.spawn(worker(decideQueue, 32, leaseMs, decide), "decisions");
      context.spawn(
        worker(deadlineQueue, 16, leaseMs, (claim) => passDeadline(space, claim)),
        "deadlines",
      );
      context.spawn(
        worker(refreshQueue, 4, longLeaseMs, (claim) => refresh({ ...setup, policy, tasks }, claim)),
        "refresh",
      );
      context.spawn(
        worker(callbackQueue, 8, longLeaseMs, (claim, signal) => sendVerdict({ ...setup, verdicts }, claim, signal)),
        "callbacks",
      );
      context.spawn(
        eventForwarderProps({
          ...{ space, queue: detectEventQueue, owner: `${owner}/${detectEventQueue}` },
          ...{ eventOf: verdictEventOf, accept: setup.acceptEvents },
        }),
        "events",
      );
      context.spawn(upkeepProps({ ...setup, policy }), "upkeep");
      context.spawn(sampleRetentionProps(setup), "samples");
      return undefined;
    },
    receive: () => same,
  },
});
