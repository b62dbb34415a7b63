import type { ProxyMessage, ProxyView } from "../../../actors/guard/index.ts";
import type { Clock } from "../../../base/clock.ts";
import { pause } from "../../../base/pause.ts";
import type { Address, Logger } from "../../../kernel/index.ts";

const everyMs = 60_000;
const viewMs = 1_000;

/** Accesses of which nothing will be counted, and parts of reports. */
const missing = (view: ProxyView): number =>
  view.state === "active" ? view.reports.dropped + view.reports.lostParts : 0;

/**
 * Writes into the log what a proxy counts that runs where no node does, whose metrics would have it: each minute, and once more when the signal
 * is aborted. As a warning when accesses were lost since the last time.
 */
export const logCounts = async (
  proxy: Address<ProxyMessage>,
  { log, clock }: { readonly log: Logger; readonly clock: Clock },
  signal: AbortSignal,
): Promise<void> => {
  let missed = 0;
  for (let isLast = false; !isLast;) {
    await pause(clock, everyMs, signal);
    isLast = signal.aborted;
    try {
      const view = await proxy.ask<ProxyView>((replyTo) => ({ type: "view", replyTo }), viewMs);
      log[missing(view) > missed ? "warn" : "info"](view, "what the proxy counts");
      missed = missing(view);
    } catch (error) {
      log.warn({ err: error }, "what the proxy counts is not known");
    }
  }
};
