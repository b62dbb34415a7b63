import { RespondError, runHasEnded, type Runs } from "../../actors/respond/index.ts";
import type { Clock } from "../../base/clock.ts";
import type { Space } from "../../store/index.ts";
import type { Run } from "../../wire/index.ts";
import { watchUntilEnded } from "../watch-until-ended.ts";
import { runMessage } from "./run-message.ts";

export interface WatchRunSetup {
  readonly runs: Pick<Runs, "get">;
  /** In which the runs are. */
  readonly space: Space;
  readonly clock: Clock;
}

/**
 * The run now, then whenever it has changed, until it has ended or the signal is aborted. One that waits for a person has not ended.
 * @throws RespondError `run-unknown`
 */
export const watchRun = (
  { runs, space, clock }: WatchRunSetup,
  id: string,
  signal: AbortSignal,
): AsyncIterable<{ run: Run }> => {
  const look = async (): Promise<{ message: { run: Run }; ended: boolean }> => {
    const view = await runs.get(id);
    if (view === undefined) throw unknownRun(id);
    return { message: { run: runMessage(view) }, ended: runHasEnded(view.state) };
  };
  return watchUntilEnded({ space, clock, look }, signal);
};

export const unknownRun = (id: string): RespondError =>
  new RespondError("run-unknown", `there is no run ${JSON.stringify(id)}, or it is forgotten: see run list`, {
    ids: { id },
  });
