import { detectQueues } from "../../actors/detect/index.ts";
import { guardQueues } from "../../actors/guard/index.ts";
import { respondQueues } from "../../actors/respond/index.ts";
import { LinkedPeers, scanQueues } from "../../actors/scan/index.ts";
import { noTracing } from "../../base/tracing.ts";
import {
  clusterSettings,
  clusterSpace,
  defaultLeaseMs,
  joinCluster,
  keeperKind,
  readTable,
  Shards,
  systemProps,
  suspectsOf,
  type NodeIdentity,
} from "../../cluster/index.ts";
import { channelSecurity } from "../../client/index.ts";
import { CallTokens, EventStatistics, Refusals, startControlPlane, StoreStatistics } from "../../control/index.ts";
import { createScopeGuard } from "../../engines/scan/index.ts";
import { ActorSystem } from "../../kernel/index.ts";
import { tracedCommits } from "../../store/index.ts";
import { agreedSettings } from "./agreed-settings.ts";
import { closeMembership } from "./end/close-membership.ts";
import { Closing } from "./end/closing.ts";
import { openDetectPart } from "./detect/detect-part.ts";
import { openGuardPart, ownedGuard } from "./guard/guard-part.ts";
import type { NodeOptions } from "./node-options.ts";
import { openEventDoors } from "./respond/event-doors.ts";
import { openRemote } from "./open/open-remote.ts";
import { openStore } from "./open/open-store.ts";
import { openTls } from "./open/open-tls.ts";
import { reachedAt } from "./open/reached-at.ts";
import { openRespondPart } from "./respond/respond-part.ts";
import { openScanPart } from "./open/scan-part.ts";
import { tellOfConflict } from "./end/tell-of-conflict.ts";
import { unboundIdentity } from "./open/unbound-identity.ts";
import { workWatchProps } from "./end/work-watch.ts";

/**
 * Why a node ended. `drained`: it was asked to. `lost`: it is no longer part of the cluster, mostly since it was frozen and declared dead
 * meanwhile. `failed`: a failure that no supervisor could mend.
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

/**
 * Starts one node: opens the store, binds the servers (which say "not serving"), joins the cluster, starts the actors, and then serves.
 * What was opened is closed again when a later step fails.
 *
 * @throws StoreError, ClusterError, ControlError, ScanError
 */
export const startNode = async (options: NodeOptions): Promise<RunningNode> => {
  const { config, clock, random, log, tracing = noTracing } = options;
  const closing = new Closing(clock, log);
  let end: (why: NodeEnd) => void = () => undefined;
  const wanted = new Promise<NodeEnd>((resolve) => (end = resolve));
  const drain = (): void => end({ reason: "drained" });
  let isDrained = false;
  try {
    const tls = await openTls(config, clock, log);
    if (tls !== undefined) closing.add("the certificates", () => tls.close());
    const storeCalls = new StoreStatistics();
    const nodeLog = log.child({ node: config.node.id });
    const opened = await (options.openStore ?? openStore)(config, clock, nodeLog, storeCalls.observe);
    closing.add("the store", () => opened.close());
    const store = tracedCommits(opened, tracing);
    const cluster = store.space(clusterSpace);
    const refusals = new Refusals();
    const { notify, wrapEngine } = options;
    const scanPart = openScanPart({ config, clock, random, store, refusals, notify, wrapEngine, closing });
    const eventCounts = new EventStatistics();
    const respondPart = await openRespondPart({
      config,
      clock,
      random,
      store,
      tracing,
      log: nodeLog,
      notify: options.notifyRespond,
      verdicts: () => detectPart.services?.verdicts,
      blocks: () => guardPart.desk,
      closing,
    });
    const system = new ActorSystem({ node: config.node.id, log, clock, random, tracing });
    closing.add("the actors", () => system.stop());
    void system.terminated.then((termination) => {
      if (termination.reason === "failed") end({ reason: "failed", error: termination.error });
    });
    const { tokenFile, tokens: callers } = config.control;
    const tokens = await CallTokens.open({ tokenFile, tokens: callers, clock, random, log });
    closing.add("the tokens of callers", () => tokens.close());
    let identity = unboundIdentity(config, random);
    const guarded = ownedGuard(config, store, random);
    const kinds = [keeperKind(cluster), guarded, ...(options.ownedKinds?.(store) ?? [])];
    const leaseMs = options.leaseMs ?? defaultLeaseMs;
    const settings = { ...agreedSettings(config), ...clusterSettings(leaseMs, kinds) };
    const links = openRemote({
      clock,
      random,
      log,
      system,
      identity,
      cluster: config.cluster.name,
      settings,
      space: cluster,
      leaseMs,
      wrapTransport: options.wrapTransport,
      ...(tls === undefined
        ? { token: () => tokens.book.operatorToken }
        : { security: (node) => channelSecurity({ source: tls, cluster: config.cluster.name }, node) }),
    });
    const { remote } = links;
    const peers = new LinkedPeers(remote, identity.id);
    // Once more: a node that does not join has them too.
    closing.add("what is left of the links", () => remote.close(0));
    const self = { node: identity.id, incarnation: identity.incarnation };
    const shards = new Shards({ system, remote, clock, self, kinds });
    system.useShards(shards);
    closing.add("what waits for shards", () => shards.close());
    const detectPart = await openDetectPart({
      config,
      clock,
      random,
      store,
      tracing,
      log: nodeLog,
      identity,
      tls,
      operatorToken: () => tokens.book.operatorToken,
      refusals,
      acceptEvents: (raised) => respondPart.services.events.accept(raised),
      closing,
    });
    const guardPart = await openGuardPart({
      config,
      clock,
      random,
      store,
      identity,
      shards,
      acceptEvents: (raised) => respondPart.services.events.accept(raised),
      closing,
    });
    const control = await startControlPlane({
      identity: () => identity,
      system,
      links: { ...links, shards },
      store,
      scans: scanPart.scans(peers),
      bundles: scanPart.bundles,
      scope: createScopeGuard(config.scan.scope),
      members: async () => (await readTable(cluster)).members,
      respond: respondPart.services,
      ...(detectPart.services === undefined ? {} : { detect: detectPart.services }),
      guard: guardPart.desk,
      queues: async () => [
        ...scanQueues,
        ...respondQueues,
        ...(await detectQueues(store, config.detect.require)),
        ...guardQueues,
      ],
      cluster: config.cluster.name,
      tls,
      tokens: tokens.book,
      clock,
      log,
      random,
      refusals,
      statistics: [
        storeCalls,
        scanPart.statistics,
        respondPart.statistics,
        detectPart.statistics,
        eventCounts,
        ...guardPart.statistics,
      ],
      auditRetention: { ms: config.retention.auditMs, bytes: config.retention.auditBytes },
      drain,
      grpc: config.listen.grpc,
      http: config.listen.http,
    });
    closing.add("the control plane", () => control.close());
    identity = { ...identity, ...reachedAt(config.listen, control) };

    const membership = await joinCluster({
      space: cluster,
      clock,
      random,
      identity,
      settings,
      leaseMs,
    }).catch((error: unknown) => tellOfConflict(error, cluster, links));
    const onLost = (): void => end({ reason: "lost" });
    const cell = system.spawn(
      systemProps({
        membership,
        onLost,
        kinds: shards.kinds,
        onTable: (view) => {
          remote.tableChanged(view);
          shards.tableChanged(view);
          detectPart.tableChanged(view);
        },
        suspects: suspectsOf(() => remote.links()),
      }),
      "system",
    );
    closeMembership(closing, { membership, system, cell, remote, log });
    options.actors?.(system, remote);
    const scan = system.spawn(scanPart.props(identity, peers), "scan");
    closing.add("/scan", () => system.stopActor(scan));
    const respond = respondPart.spawn(system, identity, () => isDrained);
    const detect = detectPart.spawn(system);
    const guard = guardPart.spawn(system);
    const { services } = respondPart;
    await openEventDoors({
      config,
      services,
      statistics: eventCounts,
      refusals,
      clock,
      random,
      log: nodeLog,
      tls,
      closing,
    });
    closing.add("the announcement", () => cell.tell({ type: "drain" }));

    control.setServing(true);
    const watch = system.spawn(
      workWatchProps({
        actors: [scan, respond, detect, guard].filter((actor) => actor !== undefined),
        onGone: () => control.setServing(false),
      }),
      "work-watch",
    );
    closing.add("the watch of the work", () => system.stopActor(watch));
    const ended = wanted.then(async (why) => {
      control.setServing(false);
      isDrained = why.reason === "drained";
      log.info({ node: identity.id, reason: why.reason }, "the node ends");
      await closing.close();
      return why;
    });
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
