import { scanHasEnded, type Scans } from "../../actors/scan/index.ts";
import type { Clock } from "../../base/clock.ts";
import type { Space } from "../../store/index.ts";
import type { Scan } from "../../wire/index.ts";
import { ControlError } from "../errors.ts";
import { pause } from "../../base/pause.ts";
import { scanMessage } from "./scan-message.ts";

/** A scan is sent at most so often, and looked at so often when nothing tells of a change. */
const shortestMs = 100;
const longestMs = 1_000;

export interface WatchScanSetup {
  readonly scans: Scans;
  /** In which the scans are. */
  readonly space: Space;
  readonly clock: Clock;
}

/**
 * The scan now, then whenever it has changed, until it has ended or the signal is aborted. States that come and go faster than they are
 * taken are left out.
 * @throws ControlError `scan-unknown`
 */
export async function* watchScan(
  { scans, space, clock }: WatchScanSetup,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<{ scan: Scan }, void> {
  let sent = "";
  const aborted = (): boolean => signal.aborted;
  while (!aborted()) {
    const seen = await space.revision();
    const view = await scans.get(id);
    if (view === undefined) throw unknownScan(id);
    const scan = scanMessage(view);
    const text = JSON.stringify(scan);
    if (text !== sent) yield { scan };
    sent = text;
    if (scanHasEnded(view.state)) return;
    await pause(clock, shortestMs, signal);
    // An abort has to wait for this one: it is short.
    if (!aborted()) await space.changed(seen, longestMs - shortestMs);
  }
}

export const unknownScan = (id: string): ControlError =>
  new ControlError("scan-unknown", `there is no scan ${JSON.stringify(id)}: see scan list`, { ids: { id } });
