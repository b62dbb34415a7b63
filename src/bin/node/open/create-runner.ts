import type { Clock } from "../../../base/clock.ts";
import type { Config } from "../../../config/index.ts";
import { createScanEngine, type ScanEngine as TemplateRunner } from "../../../engines/scan/index.ts";
import type { OobSession } from "../../../engines/scan/oob/index.ts";
import { startSearchThread } from "../../process/start-search-thread.ts";
import { startFlowThread } from "../../process/start-flow-thread.ts";

/** Of one request and of one response in a finding; with escapes both stay below what a record takes. */
const evidenceChars = 8_192;
const leastConnections = 25;

/**
 * The scan engine of a node. A request that a limit let through finds a connection that is free: those that had to wait for one would all
 * be sent at once when a slow site answers again.
 */
export const createRunner = ({ scan }: Config, clock: Clock, oob: OobSession | undefined): TemplateRunner => {
  const connectionsPerOrigin = Math.max(leastConnections, scan.probes);
  return createScanEngine({
    clock,
    scope: scan.scope,
    http: { connectionsPerOrigin },
    evidenceChars,
    concurrency: Math.floor(connectionsPerOrigin / scan.probes),
    enable: scan.enable,
    startFlowThread,
    startSearchThread,
    ...(oob === undefined ? {} : { oob }),
  });
};
