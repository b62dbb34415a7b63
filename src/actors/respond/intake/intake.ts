import { asError } from "../../../base/errors.ts";
import type { Address, Props } from "../../../kernel/index.ts";
import type { Claim } from "../../../store/index.ts";
import { releaseAfter } from "../../claims/failure.ts";
import {
  queueWorkerProps,
  type QueueWorkerMessage,
  type WorkerContext,
  type WorkOff,
} from "../../claims/queue-worker.ts";
import { attempt } from "../../claims/store-calls.ts";
import { PlaybookCode } from "../records/playbook-code.ts";
import type { RespondSetup } from "../setup.ts";
import { eventQueue, parseEventWork } from "../work.ts";
import { checkChoices, type Chosen, type Decision } from "./decide.ts";
import { DecisionWriter } from "./decision-writer.ts";

export interface IntakeSetup extends RespondSetup {
  /** Who starts runs. */
  readonly runs: Address<{ readonly type: "work" }>;
}

/** What a life of the intake decides with. */
interface Deciding {
  readonly writer: DecisionWriter;
  readonly code: PlaybookCode;
}

/** Events of one claim: their playbooks are chosen without a pause. */
const eventsAtOnce = 100;

const begin =
  (setup: IntakeSetup) =>
  (context: WorkerContext): WorkOff => {
    const { space, settings } = setup;
    const deciding: Deciding = {
      writer: new DecisionWriter({
        ...{ space, retainMs: settings.retainMs, causeDepth: settings.causeDepth },
        nowMs: () => context.clock.wallMs(),
        decided: (decision) => tell(setup, decision),
      }),
      code: new PlaybookCode(space, context.clock, settings.retainMs),
    };
    return async (claims) => {
      const decided = await attempt(context, "decide", () => decideAll(setup, deciding, claims, context));
      return decided.status === "unavailable" ? claims : [];
    };
  };

const decideAll = async (
  setup: IntakeSetup,
  { writer, code }: Deciding,
  claims: readonly Claim[],
  context: WorkerContext,
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
  for (const playbook of playbooks.values()) await code.keep(playbook);
  await writer.write(chosen, ({ claim }, error) => fail(setup, claim, error, context));
};

/** This event could not be decided on: it is tried again later, and given up in the end. */
const fail = async (
  { space, notify }: IntakeSetup,
  claim: Claim,
  error: Error,
  context: WorkerContext,
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
    suppressed: suppressed.map(({ reason }) => reason),
    waitedMs: Math.max(0, decidedAtMs - receivedAtMs),
  });
  if (record.runs.length > 0) runs.tell({ type: "work" });
};

/**
 * `/respond/intake`: takes events from their queue in batches, asks the catalog which playbooks are for them, and starts their runs: the end of
 * the event and the begin of its runs are one commit.
 */
export const intakeProps = (setup: IntakeSetup): Props<unknown, QueueWorkerMessage> => {
  const { space, owner, settings, hints } = setup;
  return queueWorkerProps({
    ...{ space, queue: eventQueue, owner: `${owner}/intake`, slots: eventsAtOnce, leaseMs: settings.leaseMs },
    // Choosing is our own code on checked events. One that fails all the same fails by itself.
    supervision: { maxRestarts: 20, withinMs: 60_000 },
    begin: begin(setup),
    listen: (wake) =>
      hints?.listen(({ type }) => {
        if (type === "events") wake();
      }),
  });
};
