import { StoreError, type Space } from "../../../store/index.ts";
import type { Clock } from "../../../base/clock.ts";
import type { RespondHints } from "../hints.ts";
import { cancellingKey } from "../records/keys.ts";
import { endRunChanges } from "../records/run-changes.ts";
import { itemOf, withoutQuestion } from "../records/run-record.ts";
import { runHasEnded } from "../views.ts";
import { runQueue } from "../work.ts";
import { applied } from "./applied.ts";
import { dropItem } from "./drop-item.ts";
import { readRun } from "./view-run.ts";

export interface CancelSetup {
  readonly space: Space;
  readonly clock: Clock;
  readonly hints: RespondHints;
}

/** A run that ended, asked or went on meanwhile is looked at anew. */
const mostRaces = 20;

/**
 * Ends the queue item of a run, which takes the claim from whoever executes it, and then writes down that it is cancelled: nobody else can
 * by then. An entry tells retention of it should this be interrupted in between. False: the run had ended in another way.
 */
export const cancelRun = async ({ space, clock, hints }: CancelSetup, id: string): Promise<boolean> => {
  for (let race = 0; race < mostRaces; race += 1) {
    const stored = await readRun(space, id);
    if (stored === undefined || runHasEnded(stored.run.state)) return false;
    const { run, version } = stored;
    const item = itemOf(id, run);
    if (run.state !== "waiting") {
      await space.commit(undefined, [{ type: "put", key: cancellingKey(id), value: null }]);
      await space.queue.cancel(runQueue, [item]);
      hints.tell({ type: "check", runId: id });
    }
    const goesOn = run.state !== "waiting" || run.untilMs !== undefined;
    const status = goesOn ? (await space.queue.get(runQueue, item))?.status : undefined;
    // It was given up, which retention writes down.
    if (status === "dead") return false;
    if (run.state === "waiting" || status === "cancelled") {
      // The last thing that its holder wrote may be newer than what was read: then it is read again.
      const cancelled = { ...withoutQuestion(run), state: "cancelled", endedAtMs: clock.wallMs() } as const;
      if (await applied(space, endRunChanges(id, cancelled, version))) {
        if (run.untilMs !== undefined) await dropItem(space, item);
        return true;
      }
    }
  }
  throw new StoreError("busy", `run ${id} changed ${mostRaces} times meanwhile: cancel it again`, { retryable: true });
};
