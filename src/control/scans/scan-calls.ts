import { scanSpace, taskQueue, type BundleStore, type Scans } from "../../actors/scan/index.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { currentTraceparent, type Tracing } from "../../base/tracing.ts";
import type { Store } from "../../store/index.ts";
import { scanService } from "../../wire/index.ts";
import type { Refusals } from "../access/refusals.ts";
import type { CallServer } from "../calls/call-server.ts";
import { fillPage } from "../fill-page.ts";
import { pageRequest } from "../page-request.ts";
import { mostWaitingScans, QueueGate } from "./queue-gate.ts";
import { scanMessage } from "./scan-message.ts";
import { checkScanSpec, type Scope } from "./spec-check.ts";
import { BundleUploads } from "./upload-bundle.ts";
import { unknownScan, watchScan } from "./watch-scan.ts";

const mostUploads = 2;

export interface ScanCallsSetup {
  readonly calls: CallServer;
  readonly store: Store;
  readonly scans: Scans;
  readonly bundles: BundleStore;
  readonly scope: Scope;
  readonly refusals: Refusals;
  readonly clock: Clock;
  readonly random: Random;
  readonly tracing: Tracing;
}

/** Scans: taken, shown, watched, held up and ended. Nothing here scans. */
export const serveScans = (setup: ScanCallsSetup): void => {
  const { calls, store, scans, bundles, scope, refusals, clock, random, tracing } = setup;
  const space = store.space(scanSpace);
  const gate = new QueueGate(space.queue, taskQueue, mostWaitingScans, clock);
  const uploads = new BundleUploads({ bundles, refusals, mostUploads });

  calls.upload(scanService.uploadBundle, (parts, call) => uploads.take(parts, call));

  calls.unary(scanService.submitScan, async ({ id = random.id(), spec, priority }, call) => {
    call.concerns(id);
    checkScanSpec(spec, scope);
    await gate.pass();
    const { known } = await scans.submit(id, spec, priority, currentTraceparent(tracing));
    return { id, known };
  });

  calls.unary(scanService.getScan, async ({ id }) => {
    const view = await scans.get(id);
    if (view === undefined) throw unknownScan(id);
    return { scan: scanMessage(view) };
  });

  calls.unary(scanService.listScans, async (request) => {
    const { states } = request;
    const { rows, next } = await fillPage(
      { clock, ...pageRequest(request) },
      (page) => scans.list({ ...page, ...(states.length === 0 ? {} : { states }) }),
      scanMessage,
    );
    return { scans: rows, nextPageToken: next };
  });

  calls.stream(scanService.watchScan, ({ id }, { signal }) => watchScan({ scans, space, clock }, id, signal));

  calls.unary(scanService.listFindings, async (request) => {
    const { id } = request;
    if ((await scans.get(id)) === undefined) throw unknownScan(id);
    const { rows, next } = await fillPage(
      { clock, ...pageRequest(request) },
      (page) => scans.findings(id, page),
      (finding) => JSON.stringify(finding),
    );
    return { findings: rows, nextPageToken: next };
  });

  calls.unary(scanService.pauseScan, async ({ id }, call) => {
    call.concerns(id);
    if ((await scans.pause(id)) === undefined) throw unknownScan(id);
    return {};
  });

  calls.unary(scanService.resumeScan, async ({ id }, call) => {
    call.concerns(id);
    if ((await scans.resume(id)) === undefined) throw unknownScan(id);
    return {};
  });

  calls.unary(scanService.cancelScan, async ({ id }, call) => {
    call.concerns(id);
    const cancelled = await scans.cancel(id);
    if (cancelled === undefined) throw unknownScan(id);
    return { cancelled };
  });
};
