import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  bundleEngine,
  BundleStore,
  scanProps,
  startRun,
  type ScanEvent,
  type ScanOptions,
  type ScanRun,
  type ScanSettings,
} from "../../actors/scan/index.ts";
import type { Clock } from "../../base/clock.ts";
import type { Config } from "../../config/index.ts";
import type { Random } from "../../base/random.ts";
import {
  createScanEngine,
  type PackedBundle,
  parseTarget,
  type Resolver,
  type ScanEngineSetup,
} from "../../engines/scan/index.ts";
import { Refusals } from "../../control/access/refusals.ts";
import { ActorSystem, type Logger } from "../../kernel/index.ts";
import type { Space, Store } from "../../store/index.ts";
import { openEmbeddedStore } from "../../store/embedded/index.ts";
import { startOob, type OobConfig } from "../process/start-oob.ts";
import { startFlowThread } from "../process/start-flow-thread.ts";
import { startSearchThread } from "../process/start-search-thread.ts";
import { startStoreThread } from "../process/start-store-thread.ts";

export interface LocalScanOptions {
  readonly targets: readonly string[];
  readonly bundle: PackedBundle;
  readonly options: ScanOptions;
  readonly scope: readonly string[];
  readonly resolve: Resolver;
  /** DNS servers that were named; empty: the machine's. */
  readonly dnsServers: readonly string[];
  readonly enable: Config["scan"]["enable"];
  /** Where the store is; `undefined`: in a temporary folder that goes with the scan. */
  readonly directory: string | undefined;
  readonly settings: ScanSettings;
  readonly subtaskRequests: number;
  /** Absent: templates that wait for out-of-band interactions are reported as not run. */
  readonly oob?: OobConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly notify: (event: ScanEvent) => void;
}

/**
 * A scan that this process runs by itself: a store, an actor system, and the scan actors. It listens on nothing, unless a
 * template needs the built-in collaborator.
 */
export interface LocalScan {
  readonly space: Space;
  readonly run: ScanRun;
  /** Aborted, with the cause, when the actors have given up: a failure that no supervisor could mend. */
  readonly failed: AbortSignal;
  /** Stops the actors, hands back what they hold, and closes the store. Idempotent. */
  close(): Promise<void>;
}

/** Of one request and of one response in a finding; with escapes both stay below what a record takes. */
const evidenceChars = 8_192;
const connectionsPerOrigin = 25;

/**
 * With a rate limit, every request that was let through finds a connection that is free: those that had to wait for one would all be sent
 * at once when a slow site answers again.
 */
const widthFor = ({ probes, rateLimitPerTarget }: ScanSettings): Partial<ScanEngineSetup> =>
  rateLimitPerTarget === undefined ? {} : { concurrency: Math.max(1, Math.floor(connectionsPerOrigin / probes)) };

/** The proxy that a person names is meant to be contacted, and nothing else there. */
const proxyScopeOf = ({ proxy }: ScanOptions): readonly string[] => {
  if (proxy === undefined) return [];
  const { hostname, port } = parseTarget(proxy);
  return [`${hostname}:${port}`];
};

/** Everything that makes two scans the same one: a scan that was interrupted goes on only as itself. */
const spaceOf = ({ targets, bundle, options }: LocalScanOptions): string =>
  `scan-${createHash("sha256")
    .update(JSON.stringify([targets, bundle.hash, options]))
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
 * @throws StoreError when the store cannot be opened, ScanError for a scope that cannot be used, ScanActorError `invalid`
 */
export const startLocalScan = async (options: LocalScanOptions): Promise<LocalScan> => {
  const { clock, random, log, targets, bundle, scope, settings, subtaskRequests } = options;
  const oob = options.oob && startOob({ config: options.oob, scope, clock, random, refusals: new Refusals() });
  const runner = createScanEngine({
    clock,
    scope,
    proxyScope: proxyScopeOf(options.options),
    resolve: options.resolve,
    http: { connectionsPerOrigin: Math.max(connectionsPerOrigin, settings.probes) },
    evidenceChars,
    ...widthFor(settings),
    enable: options.enable,
    dnsServers: options.dnsServers,
    startFlowThread,
    startSearchThread,
    ...(oob === undefined ? {} : { oob: oob.session }),
  });
  const { store, remove } = await openStore(options);
  const space = store.space(spaceOf(options));
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
      await oob?.close();
      await store.close();
    } finally {
      await remove();
    }
  };
  const closeOnce = (): Promise<void> => (closing ??= close());
  try {
    const bundles = new BundleStore(space, clock);
    await bundles.put(bundle.hash, bundle.bytes);
    const run = await startRun(space, clock, { targets, bundle: bundle.hash, options: options.options });
    system.spawn(
      scanProps({
        space,
        engine: bundleEngine({ runner, subtaskRequests, bundles, clock }),
        settings,
        owner: node,
        notify: options.notify,
      }),
      "scan",
    );
    return { space, run, failed: failed.signal, close: closeOnce };
  } catch (error) {
    await closeOnce();
    throw error;
  }
};
