import type { Clock } from "../../../base/clock.ts";
import { eventBounds } from "../../../engines/events/index.ts";
import { RateGate } from "../../access/rate-gate.ts";

/** Bounds the events of one source; undefined: they come as fast as they can. */
export type SourceGate = RateGate | undefined;

/** After a pause one full call, or what comes in a second, is let through at once. */
export const eventGate = (perSecond: number | undefined, clock: Clock): SourceGate =>
  perSecond === undefined ? undefined : new RateGate(clock, perSecond, Math.max(perSecond, eventBounds.batch));
