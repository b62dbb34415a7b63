import type { CentreDesk, Samples, Verdicts } from "../actors/detect/index.ts";
import type { GuardDesk } from "../actors/guard/index.ts";
import type { Events, Runs } from "../actors/respond/index.ts";
import type { BundleStore, Scans } from "../actors/scan/index.ts";
import type { Clock } from "../base/clock.ts";
import type { Random } from "../base/random.ts";
import { clusterSpace, type GrpcTransport, type MemberView, type NodeIdentity } from "../cluster/index.ts";
import type { ActorSystem, Logger } from "../kernel/index.ts";
import type { Store } from "../store/index.ts";
import type { TlsSource } from "../wire/index.ts";
import { callJudge } from "./access/judge-call.ts";
import { isLocalHost } from "./access/local-host.ts";
import { listenEndpoint } from "./access/listen-endpoint.ts";
import { Refusals } from "./access/refusals.ts";
import type { TokenBook } from "./access/token-book.ts";
import { AuditLog } from "./calls/audit-log.ts";
import { AuditRetention } from "./calls/audit-retention.ts";
import { CallObserver } from "./calls/call-observer.ts";
import { CallServer } from "./calls/call-server.ts";
import { CallOrigins } from "./calls/call-origins.ts";
import { RefusedCalls } from "./calls/refused-calls.ts";
import type { CallbackSender } from "./detect/callback-sender.ts";
import { serveCentre } from "./detect/centre-calls.ts";
import { serveDetection } from "./detect/detection-calls.ts";
import type { EventSink } from "./doors/intake/event-sink.ts";
import { serveEvents } from "./events/event-calls.ts";
import { serveGuard } from "./guard/guard-calls.ts";
import { callGuard } from "./grpc/call-guard.ts";
import { GrpcDoor } from "./grpc/grpc-door.ts";
import { Health } from "./grpc/health.ts";
import { serveReflection } from "./grpc/reflection.ts";
import { healthPage, readyPages } from "./http/health-pages.ts";
import { HttpDoor } from "./http/http-door.ts";
import { knownCallers, openAccess } from "./http/page-access.ts";
import type { DetectStatistics } from "./http/detect-statistics.ts";
import { Metrics, type Statistics } from "./http/metrics.ts";
import type { RemoteView } from "./http/remote-metrics.ts";
import type { ShardsView } from "./http/shard-metrics.ts";
import { serveActors } from "./nodes/actor-calls.ts";
import { serveCluster } from "./nodes/cluster-calls.ts";
import { PassOn } from "./nodes/pass-on.ts";
import { Peers } from "./nodes/peers.ts";
import { serveQueues, type ListQueueNames } from "./queues/queue-calls.ts";
import type { PlaybookShelf } from "./runs/playbook-shelf.ts";
import { serveRuns } from "./runs/run-calls.ts";
import { serveScans } from "./scans/scan-calls.ts";
import type { Scope } from "./scans/spec-check.ts";

const mostStreams = 256;
/** How long calls under way may take when the node ends. */
const graceMs = 3_000;

/** What the services of events and runs are made from. */
export interface RespondServices {
  readonly events: Events;
  readonly runs: Runs;
  readonly playbooks: PlaybookShelf;
  /** Where reported events are stored. */
  readonly sink: EventSink;
  /** Of one source; absent: no bound. */
  readonly eventsPerSecond: number | undefined;
}

/** What the services of detection are made from. */
export interface DetectServices {
  readonly verdicts: Verdicts;
  readonly samples: Samples;
  readonly centre: CentreDesk;
  readonly callbacks: CallbackSender;
  readonly statistics: DetectStatistics;
}

export interface ControlPlaneSetup {
  /** Of this node. Its addresses are known only once the control plane listens. */
  readonly identity: () => Pick<NodeIdentity, "id">;
  readonly system: ActorSystem;
  /** Its links to other nodes, which dial the port of the gRPC services. Absent: there are none. */
  readonly links?: {
    readonly remote: RemoteView;
    readonly transport: Pick<GrpcTransport, "serve">;
    readonly shards: ShardsView;
  };
  readonly store: Store;
  readonly scans: Scans;
  readonly bundles: BundleStore;
  /** What scans may contact. */
  readonly scope: Scope;
  readonly respond: RespondServices;
  /** Absent: the node has no part in detection. */
  readonly detect?: DetectServices;
  /** Absent: the node has no part in interception. */
  readonly guard?: GuardDesk;
  readonly members: () => Promise<readonly MemberView[]>;
  /** Those that are listed, and whose dead letters can be replayed. */
  readonly queues: ListQueueNames;
  /** Name of the cluster, as certificates have it. */
  readonly cluster: string;
  /** The tokens that callers are known by. */
  readonly tokens: TokenBook;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: Random;
  /** Counts callers that are turned away, by other doors of the node too; its own when absent. */
  readonly refusals?: Refusals;
  /** How long records of the audit log are kept, and how many bytes of them; absent: 90 days, without a bound. */
  readonly auditRetention?: { readonly ms: number; readonly bytes: number | undefined };
  /** What is shown with the metrics beside what the control plane counts itself. */
  readonly statistics?: readonly Statistics[];
  /** Begins the end of this node: `DrainNode` was called. It returns at once. */
  readonly drain: () => void;
  /** This node's certificate, which makes both ports speak TLS and be open to other machines. Absent: loopback, in the clear. */
  readonly tls?: TlsSource | undefined;
  /** Where the gRPC services listen: a loopback address without `tls`; port 0: the machine picks one. */
  readonly grpc: string;
  /** Where metrics and health are, likewise. */
  readonly http: string;
}

/** The servers of a node that people and programs talk to. */
export interface ControlPlane {
  /** host:port with the real port. */
  readonly grpcAddress: string;
  readonly httpAddress: string;
  /** Callers that were turned away. */
  readonly refusals: Refusals;
  /** What health and readiness say; false until it is set. Calls are served all the same. */
  setServing(serving: boolean): void;
  /** Ends streams, lets calls under way end within 3 s, and closes both ports. Idempotent; never rejects. */
  close(): Promise<void>;
}

/**
 * Starts the control plane of a node. When it resolves, both ports listen and health is NOT_SERVING.
 *
 * @throws ControlError `not-loopback`, `listen-failed`
 */
export const startControlPlane = async (setup: ControlPlaneSetup): Promise<ControlPlane> => {
  const { identity, system, store, clock, log, random, tokens, members, cluster } = setup;
  const encrypted = setup.tls !== undefined;
  const [grpcAt, httpAt] = [
    listenEndpoint("listen.grpc", setup.grpc, encrypted),
    listenEndpoint("listen.http", setup.http, encrypted),
  ];
  const tls = setup.tls && { source: setup.tls, cluster };
  const self = (): string => identity().id;
  const { tracing } = system;
  const refusals = setup.refusals ?? new Refusals();
  const { remote, shards } = setup.links ?? {};
  const metrics = new Metrics({ ...setup, remote, shards, refusals, statistics: setup.statistics ?? [] });
  const audit = new AuditLog({
    space: store.space(clusterSpace),
    clock,
    random,
    node: self,
    retainMs: setup.auditRetention?.ms,
  });
  const origins = new CallOrigins();
  const guard = callGuard({
    // With TLS, a name that an attacker has made to point here fails at the certificate.
    isOwnHost: (host) => encrypted || isLocalHost(host, grpcDoor.port),
    judge: callJudge({ cluster, tokens, tls: encrypted }),
    origins,
    refusals,
    refused: new RefusedCalls({ audit, clock, log }),
    onKnown: (peer) => grpcDoor.know(peer),
    clock,
  });
  const grpcDoor = new GrpcDoor({ address: grpcAt, guard, refusals, clock, log, tls });
  const { server } = grpcDoor;
  const observer = new CallObserver({ audit, log, clock, statistics: metrics.observe });
  const calls = new CallServer({ server, clock, observer, origins, refusals, tracing, maxStreams: mostStreams });
  const peers = new Peers({
    cluster,
    tls: setup.tls,
    operatorToken: () => tokens.operatorToken,
    clock,
    members,
    tracing,
  });
  const passOn = new PassOn({ self, peers });
  serveScans({ ...setup, calls, refusals, tracing });
  serveEvents({ ...setup.respond, calls, refusals, clock });
  serveRuns({ ...setup.respond, calls, store, clock, tracing });
  if (setup.detect !== undefined) {
    const { statistics, ...services } = setup.detect;
    serveDetection({ ...services, calls, refusals, clock, answered: statistics.answered });
    serveCentre({ ...services, calls });
  }
  if (setup.guard !== undefined) serveGuard({ calls, guard: setup.guard });
  serveActors({ calls, system, passOn, members, links: () => setup.links?.remote.links() ?? [], clock });
  serveCluster({ calls, passOn, audit, members, drain: setup.drain });
  serveQueues({ calls, store, queues: setup.queues, clock });
  setup.links?.transport.serve(server);
  const health = new Health(server);
  serveReflection(calls);
  let serving = false;
  const httpDoor = new HttpDoor({
    address: httpAt,
    pages: new Map([
      [
        "/metrics",
        { make: () => metrics.page(), access: tls === undefined ? openAccess : knownCallers(tls, tokens, clock) },
      ],
      ["/healthz", { make: healthPage, access: openAccess }],
      ["/readyz", { make: readyPages(() => serving, store), access: openAccess }],
    ]),
    refusals,
    clock,
    log,
    tls,
  });
  const setServing = (now: boolean): void => {
    serving = now;
    health.set(now);
  };
  const close = async (): Promise<void> => {
    setServing(false);
    calls.endStreams();
    await Promise.all([grpcDoor.close(graceMs), httpDoor.port.close(graceMs)]);
    peers.close();
    metrics.close();
    trimming?.close();
  };
  await grpcDoor.open();
  try {
    await httpDoor.port.open();
  } catch (error) {
    await grpcDoor.close(0);
    throw error;
  }
  const mostBytes = setup.auditRetention?.bytes;
  const trimming =
    mostBytes === undefined
      ? undefined
      : new AuditRetention({ space: store.space(clusterSpace), clock, log, owner: self, mostBytes });
  let closing: Promise<void> | undefined;
  return {
    grpcAddress: grpcDoor.address,
    httpAddress: httpDoor.port.address,
    refusals,
    setServing,
    close: () => (closing ??= close()),
  };
};
