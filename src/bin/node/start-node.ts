import {
  bundleEngine,
  BundleStore,
  scanProps,
  scanQueues,
  Scans,
  scanSpace,
  type ScanEngine,
  type ScanEvent,
} from "../../actors/scan/index.ts";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { clusterSpace, joinCluster, listMembers, systemProps, type NodeIdentity } from "../../cluster/index.ts";
import type { Config } from "../../config/index.ts";
import { readOrCreateToken, startControlPlane } from "../../control/index.ts";
import { createScanEngine, createScopeGuard, type ScanEngine as TemplateRunner } from "../../engines/scan/index.ts";
import { ActorSystem, type Logger } from "../../kernel/index.ts";
import { version } from "../version.ts";
import { Closing } from "./closing.ts";
import { openStore } from "./open-store.ts";

export interface NodeOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly notify?: (event: ScanEvent) => void;
  /** Puts something between the actors and the scan engine, for tests of faults. */
  readonly wrapEngine?: (engine: ScanEngine) => ScanEngine;
}

/**
 * Why a node ended. `drained`: it was asked to. `lost`: its id belongs to another process now. `failed`: a failure that no supervisor
 * could mend.
 */
export type NodeEnd = { readonly reason: "drained" | "lost" } | { readonly reason: "failed"; readonly error: Error };

export interface RunningNode {
  /** With the ports that it listens on. */
  readonly identity: NodeIdentity;
  /** Resolves when everything has been handed back and closed, or was given up at its deadline. Never rejects. */
  readonly ended: Promise<NodeEnd>;
  /** Hands back what the node holds, leaves the cluster and closes everything. Resolves with `ended`. Idempotent. */
  drain(): Promise<NodeEnd>;
}

/** Of one request and of one response in a finding; with escapes both stay below what a record takes. */
const evidenceChars = 8_192;
const leastConnections = 25;

/**
 * A request that a limit let through finds a connection that is free: those that had to wait for one would all be sent at once when a slow
 * site answers again.
 */
const createRunner = ({ scan }: Config, clock: Clock): TemplateRunner => {
  const connectionsPerOrigin = Math.max(leastConnections, scan.probes);
  return createScanEngine({
    clock,
    scope: scan.scope,
    http: { connectionsPerOrigin },
    evidenceChars,
    concurrency: Math.floor(connectionsPerOrigin / scan.probes),
  });
};

/** What only makes sense when every node of the cluster has the same. */
const agreedSettings = ({ cluster, scan }: Config): Record<string, string | number | null> => ({
  "cluster.name": cluster.name,
  "scan.maxTasksInProcess": scan.maxTasksInProcess,
  "scan.rateLimitPerTarget": scan.rateLimitPerTarget ?? null,
  "scan.concurrencyPerTarget": scan.concurrencyPerTarget ?? null,
  "scan.retainMs": scan.retainMs,
});

/**
 * Starts one node: opens the store, binds the servers (which say "not serving"), joins the cluster, starts the actors, and then serves.
 * What was opened is closed again when a later step fails.
 *
 * @throws StoreError, ClusterError, ControlError, ScanError
 */
export const startNode = async (options: NodeOptions): Promise<RunningNode> => {
  const { config, clock, random, log, notify = () => undefined, wrapEngine = (engine) => engine } = options;
  const { rateLimitPerTarget, concurrencyPerTarget } = config.scan;
  const closing = new Closing(clock, log);
  try {
    const store = await openStore(config.store.url, clock);
    closing.add("the store", () => store.close());
    const [space, cluster] = [store.space(scanSpace), store.space(clusterSpace)];
    const runner = createRunner(config, clock);
    closing.add("the scan engine", () => runner.close());
    const system = new ActorSystem({ node: config.node.id, log, clock, random });
    closing.add("the actors", () => system.stop());

    const unbound: NodeIdentity = {
      id: config.node.id,
      incarnation: random.id(),
      address: config.listen.grpc,
      httpAddress: config.listen.http,
      roles: config.node.roles,
      pid: process.pid,
      version,
    };
    let identity = unbound;
    let drain: () => void = () => undefined;
    const [scans, bundles] = [new Scans(space, clock), new BundleStore(space, clock)];
    const control = await startControlPlane({
      identity: () => identity,
      system,
      store,
      scans,
      bundles,
      scope: createScopeGuard(config.scan.scope),
      members: () => listMembers(cluster),
      queues: scanQueues,
      token: await readOrCreateToken(config.control.tokenFile, random),
      clock,
      log,
      random,
      drain: () => drain(),
      grpc: config.listen.grpc,
      http: config.listen.http,
    });
    closing.add("the control plane", () => control.close());
    identity = { ...unbound, address: control.grpcAddress, httpAddress: control.httpAddress };

    const membership = await joinCluster({ space: cluster, clock, identity, settings: agreedSettings(config) });
    let end: (wanted: NodeEnd) => void = () => undefined;
    const wanted = new Promise<NodeEnd>((resolve) => (end = resolve));
    closing.add("the membership", () => membership.leave());
    const cell = system.spawn(systemProps({ membership, onLost: () => end({ reason: "lost" }) }), "system");
    closing.add("/system", () => system.stopActor(cell));
    const scan = system.spawn(
      scanProps({
        space,
        roles: config.node.roles,
        engine: wrapEngine(bundleEngine({ runner, bundles, clock, subtaskRequests: config.scan.subtaskRequests })),
        settings: { ...config.scan, rateLimitPerTarget, concurrencyPerTarget },
        owner: `${identity.id}.${identity.incarnation}`,
        notify,
      }),
      "scan",
    );
    closing.add("/scan", () => system.stopActor(scan));
    closing.add("the announcement", () => cell.tell({ type: "drain" }));
    void system.terminated.then((termination) => {
      if (termination.reason === "failed") end({ reason: "failed", error: termination.error });
    });
    const ended = wanted.then(async (why) => {
      control.setServing(false);
      log.info({ node: identity.id, reason: why.reason }, "the node ends");
      await closing.close();
      return why;
    });
    drain = () => end({ reason: "drained" });
    control.setServing(true);
    return {
      identity,
      ended,
      drain: () => {
        drain();
        return ended;
      },
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
};
