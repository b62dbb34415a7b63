import { RespondError, type Events } from "../../actors/respond/index.ts";
import type { Clock } from "../../base/clock.ts";
import { currentTraceparent, type Tracing } from "../../base/tracing.ts";
import { ownSource } from "../../engines/events/index.ts";
import type { EventSink } from "../doors/intake/event-sink.ts";
import type { RespondStatistics } from "../http/respond-statistics.ts";

export interface MeasuredSinkSetup {
  readonly events: Pick<Events, "accept">;
  readonly statistics: RespondStatistics;
  readonly clock: Clock;
  readonly tracing: Tracing;
}

/**
 * Where all doors of a node put events: into the store, in the trace of the call, counted and timed. What the system raises itself comes through
 * no door, so that nobody can take the name of such an event before it is raised.
 */
export const measuredSink = ({ events, statistics, clock, tracing }: MeasuredSinkSetup): EventSink => ({
  accept: async (reported) => {
    if (reported.some(({ source }) => source === ownSource)) {
      throw new RespondError("invalid", `source ${ownSource}: it is for events of the system itself, use another one`);
    }
    const startedMs = clock.monotonicMs();
    const accepted = await events.accept(reported, currentTraceparent(tracing));
    statistics.stored(accepted, clock.monotonicMs() - startedMs);
    return accepted;
  },
});
