import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bundleOf, scanProps, startRun, templateEngine, type ScanEvent, type ScanRun } from "../actors/scan/index.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { createScanEngine, type HttpLimits, type ScanEngineSetup, type Template } from "../engines/scan/index.ts";
import { ActorSystem, type Logger } from "../kernel/index.ts";
import type { Space, Store } from "../store/index.ts";
import { openEmbeddedStore } from "../store/embedded/index.ts";
import { startStoreThread } from "./start-store-thread.ts";

export interface LocalScanOptions {
  readonly targets: readonly string[];
  readonly templates: readonly Template[];
  readonly scope: readonly string[];
  /** Where the store is; `undefined`: in a temporary folder that goes with the scan. */
  readonly directory: string | undefined;
  readonly probes: number;
  readonly rateLimitPerTarget: number | undefined;
  readonly subtaskRequests: number;
  readonly http: Partial<HttpLimits>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly notify: (event: ScanEvent) => void;
}

/** A scan that this process runs by itself: a store, an actor system, and the scan actors. */
export interface LocalScan {
  readonly space: Space;
  readonly system: ActorSystem;
  readonly run: ScanRun;
  /** Aborted, with the cause, when the actors have given up: a failure that no supervisor could mend. */
  readonly failed: AbortSignal;
  /** Stops the actors, hands back what they hold, and closes the store. Idempotent. */
  close(): Promise<void>;
}

const leaseMs = 10_000;
const maxTasksInProcess = 20;
const extractIntervalMs = 10;
/** Of one request and of one response in a finding; with escapes both stay below what a record takes. */
const evidenceChars = 8_192;
const connectionsPerOrigin = 25;

/**
 * With a rate limit, every request that was let through finds a connection that is free: those that had to wait for one would all be sent
 * at once when a slow site answers again.
 */
const widthFor = ({ probes, rateLimitPerTarget }: LocalScanOptions): Partial<ScanEngineSetup> =>
  rateLimitPerTarget === undefined ? {} : { concurrency: Math.max(1, Math.floor(connectionsPerOrigin / probes)) };

/** Everything that makes two scans the same one: a scan that was interrupted goes on only as itself. */
const spaceOf = (targets: readonly string[], bundle: string): string =>
  `scan-${createHash("sha256")
    .update(JSON.stringify([targets, bundle]))
    .digest("hex")
    .slice(0, 24)}`;

const openStore = async (
  options: LocalScanOptions,
): Promise<{ readonly store: Store; readonly remove: () => Promise<void> }> => {
  const { clock, directory } = options;
  if (directory !== undefined) {
    const store = await openEmbeddedStore({ directory: resolve(directory), clock, startThread: startStoreThread });
    return { store, remove: () => Promise.resolve() };
  }
  const temporary = await mkdtemp(join(tmpdir(), "garrison-scan-"));
  // Also when a second Ctrl-C ends the process at once.
  const removeNow = (): void => rmSync(temporary, { recursive: true, force: true });
  process.once("exit", removeNow);
  const remove = async (): Promise<void> => {
    await rm(temporary, { recursive: true, force: true });
    process.off("exit", removeNow);
  };
  try {
    return { store: await openEmbeddedStore({ directory: temporary, clock, startThread: startStoreThread }), remove };
  } catch (error) {
    await remove();
    throw error;
  }
};

/**
 * Opens the store, submits the scan or finds the unfinished one, and starts the actors.
 * @throws StoreError when the store cannot be opened, ScanError for a scope that cannot be used
 */
export const startLocalScan = async (options: LocalScanOptions): Promise<LocalScan> => {
  const { clock, random, log, targets, templates, scope, http, subtaskRequests } = options;
  const runner = createScanEngine({
    clock,
    scope,
    http: { connectionsPerOrigin: Math.max(connectionsPerOrigin, options.probes), ...http },
    evidenceChars,
    ...widthFor(options),
  });
  const { store, remove } = await openStore(options);
  const bundle = bundleOf(templates);
  const space = store.space(spaceOf(targets, bundle));
  const node = `local-${random.id()}`;
  const system = new ActorSystem({ node, log, clock, random });
  const failed = new AbortController();
  void system.terminated.then((end) => {
    if (end.reason === "failed") failed.abort(end.error);
  });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    try {
      await system.stop();
      await runner.close();
      await store.close();
    } finally {
      await remove();
    }
  };
  const closeOnce = (): Promise<void> => (closing ??= close());
  try {
    const run = await startRun(space, targets, bundle);
    const { probes, rateLimitPerTarget, notify } = options;
    system.spawn(
      scanProps({
        space,
        engine: templateEngine({ runner, templates, subtaskRequests }),
        settings: { maxTasksInProcess, extractIntervalMs, leaseMs, probes, rateLimitPerTarget },
        owner: node,
        notify,
      }),
      "scan",
    );
    return { space, system, run, failed: failed.signal, close: closeOnce };
  } catch (error) {
    await closeOnce();
    throw error;
  }
};
