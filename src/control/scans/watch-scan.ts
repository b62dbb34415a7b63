import { scanHasEnded, type Scans } from "../../actors/scan/index.ts";
import type { Clock } from "../../base/clock.ts";
import type { Space } from "../../store/index.ts";
import type { Scan } from "../../wire/index.ts";
import { ControlError } from "../errors.ts";
import { watchUntilEnded } from "../watch-until-ended.ts";
import { scanMessage } from "./scan-message.ts";

export interface WatchScanSetup {
  readonly scans: Scans;
  /** In which the scans are. */
  readonly space: Space;
  readonly clock: Clock;
}

/**
 * The scan now, then whenever it has changed, until it has ended or the signal is aborted.
 * @throws ControlError `scan-unknown`
 */
export const watchScan = (
  { scans, space, clock }: WatchScanSetup,
  id: string,
  signal: AbortSignal,
): AsyncIterable<{ scan: Scan }> => {
  const look = async (): Promise<{ message: { scan: Scan }; ended: boolean }> => {
    const view = await scans.get(id);
    if (view === undefined) throw unknownScan(id);
    return { message: { scan: scanMessage(view) }, ended: scanHasEnded(view.state) };
  };
  return watchUntilEnded({ space, clock, look }, signal);
};

export const unknownScan = (id: string): ControlError =>
  new ControlError("scan-unknown", `there is no scan ${JSON.stringify(id)}: see scan list`, { ids: { id } });
