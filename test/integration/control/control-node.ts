import { systemClock, type Clock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { detectQueues } from "../../../src/actors/detect/index.ts";
import { Events, respondQueues, respondSpace, RespondHints, Runs } from "../../../src/actors/respond/index.ts";
import { BundleStore, scanQueues, Scans, scanSpace } from "../../../src/actors/scan/index.ts";
import { createClient, type GarrisonClient } from "../../../src/client/index.ts";
import type { MemberState, MemberView } from "../../../src/cluster/index.ts";
import {
  measuredSink,
  operatorName,
  PlaybookShelf,
  RespondStatistics,
  startControlPlane,
  TokenBook,
  type ControlPlane,
  type ControlPlaneSetup,
  type RespondServices,
} from "../../../src/control/index.ts";
import { noTracing } from "../../../src/base/tracing.ts";
import { openCatalog, type CatalogFiles } from "../../../src/engines/playbook/index.ts";
import { createScopeGuard, packBundle } from "../../../src/engines/scan/index.ts";
import { ActorSystem, same, type Props } from "../../../src/kernel/index.ts";
import type { Space, Store } from "../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore, type MemoryDatabase } from "../../../src/store/memory/index.ts";
import { CapturedLog } from "../../support/captured-log.ts";

export const token = "t".repeat(43);

/** Tokens of callers of each role, beside the operator token: `rita`, `viv`, `opal` and `ada`. */
export const callerTokens = {
  rita: "r".repeat(40),
  viv: "v".repeat(40),
  opal: "o".repeat(40),
  ada: "a".repeat(40),
} as const;

const tokenBook = (): TokenBook =>
  new TokenBook([
    { name: operatorName, role: "admin", token },
    { name: "rita", role: "reporter", token: callerTokens.rita },
    { name: "viv", role: "viewer", token: callerTokens.viv },
    { name: "opal", role: "operator", token: callerTokens.opal },
    { name: "ada", role: "admin", token: callerTokens.ada },
  ]);

/** An actor that does nothing but be there. `begun` is told the path at the begin of each of its lives. */
export const idle = (begun: (path: string) => void = () => undefined): Props<undefined, never> => ({
  behavior: {
    initial: (context) => {
      begun(context.self.path);
      return undefined;
    },
    receive: () => same,
  },
});

const noPlaybooks = (): Promise<never> => Promise.reject(new Error("there are no playbooks"));

/** The services of events and runs over a store, with a catalog that has nothing in it. */
const respondOver = (store: Store, catalog: CatalogFiles, options: ControlNodeOptions["respond"]): RespondServices => {
  const { mostWaiting = 1_000, eventsPerSecond } = options ?? {};
  const common = {
    space: store.space(respondSpace),
    clock: systemClock,
    catalog,
    retainMs: 60_000,
    hints: new RespondHints(),
  };
  const events = new Events({ ...common, mostWaiting });
  const statistics = new RespondStatistics(() => ({ alive: 0, spare: 0, started: 0 }));
  return {
    events,
    runs: new Runs(common),
    playbooks: new PlaybookShelf({ catalog, describeModule: noPlaybooks, describeCacao: noPlaybooks }),
    sink: measuredSink({ events, statistics, clock: systemClock, tracing: noTracing }),
    eventsPerSecond,
  };
};

/** A small bundle of templates, packed. */
export const smallBundle = packBundle([{ path: "one.yaml", content: Buffer.from("id: one\n") }]);

export interface ControlNodeOptions {
  readonly id?: string;
  /** Shared by the nodes of a cluster. */
  readonly database?: MemoryDatabase;
  readonly clock?: Clock;
  readonly system?: (log: CapturedLog) => ActorSystem;
  readonly respond?: { readonly mostWaiting?: number; readonly eventsPerSecond?: number };
  readonly setup?: Partial<ControlPlaneSetup>;
}

/** A real control plane on free ports, over a memory store and a real actor system with `/idle/one` and `/idle/two`. */
export class ControlNode {
  static async start(options: ControlNodeOptions = {}): Promise<ControlNode> {
    const { id = "node-1", clock = systemClock } = options;
    const log = new CapturedLog();
    const database = options.database ?? createMemoryDatabase({ clock });
    const store = openMemoryStore(database);
    const system = options.system?.(log) ?? new ActorSystem({ node: id, log: log.logger });
    const catalog = await openCatalog({ playbooks: [], rules: [], clock: systemClock });
    const node = new ControlNode(id, log, store, system, new Scans(store.space(scanSpace), clock), catalog);
    node.#setup = {
      identity: () => node.identity(),
      system,
      store,
      scans: node.scans,
      bundles: node.bundles,
      respond: respondOver(store, catalog, options.respond),
      scope: createScopeGuard(["127.0.0.0/8", "*.site.test"]),
      members: () => Promise.resolve(node.members.map((member) => member())),
      queues: async () => [...scanQueues, ...respondQueues, ...(await detectQueues(store, []))],
      cluster: "garrison",
      tokens: tokenBook(),
      clock,
      log: log.logger,
      random: systemRandom,
      drain: () => (node.drains += 1),
      grpc: "127.0.0.1:0",
      http: "127.0.0.1:0",
      ...options.setup,
    };
    node.#plane = await startControlPlane(node.setup);
    return node;
  }

  readonly id: string;
  readonly log: CapturedLog;
  readonly store: Store;
  readonly system: ActorSystem;
  readonly scans: Scans;
  readonly bundles: BundleStore;
  /** The membership table as this node reads it. */
  members: readonly (() => MemberView)[];
  state: MemberState = "up";
  drains = 0;
  /** Paths of idle actors, one for each begin of a life. */
  readonly begun: string[] = [];
  #setup: ControlPlaneSetup | undefined;
  #plane: ControlPlane | undefined;
  readonly #catalog: CatalogFiles;
  readonly #clients = new Map<string, GarrisonClient>();

  private constructor(
    id: string,
    log: CapturedLog,
    store: Store,
    system: ActorSystem,
    scans: Scans,
    catalog: CatalogFiles,
  ) {
    this.#catalog = catalog;
    this.id = id;
    this.log = log;
    this.store = store;
    this.system = system;
    this.scans = scans;
    this.bundles = new BundleStore(this.space, systemClock);
    this.members = [() => this.identity()];
    this.system.spawn(
      {
        behavior: {
          initial: (context) => {
            const begun = (path: string): number => this.begun.push(path);
            context.spawn(idle(begun), "one");
            context.spawn(idle(begun), "two");
          },
          receive: () => same,
        },
      },
      "idle",
    );
  }

  get space(): Space {
    return this.store.space(scanSpace);
  }

  /** What the control plane was started with. */
  get setup(): ControlPlaneSetup {
    if (this.#setup === undefined) throw new Error("the node has not started");
    return this.#setup;
  }

  get plane(): ControlPlane {
    if (this.#plane === undefined) throw new Error("the node has not started");
    return this.#plane;
  }

  identity(): MemberView {
    return {
      id: this.id,
      incarnation: "first",
      address: this.#plane?.grpcAddress ?? "",
      httpAddress: this.#plane?.httpAddress ?? "",
      roles: ["scheduler", "probe"],
      pid: process.pid,
      version: "0.0.0",
      state: this.state,
      startedAtMs: 1_700_000_000_000,
    };
  }

  /** The same client of this node for the same options, closed with it. */
  client(options: { readonly token?: string; readonly callTimeoutMs?: number } = {}): GarrisonClient {
    const key = JSON.stringify(options);
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const client = createClient({ address: this.plane.grpcAddress, token, clock: systemClock, ...options });
    this.#clients.set(key, client);
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients.values()) client.close();
    await this.plane.close();
    await this.#catalog.close();
    await this.system.stop();
    await this.store.close();
  }
}

/** Nodes that know each other, on one store. */
export const startCluster = async (ids: readonly string[]): Promise<readonly ControlNode[]> => {
  const database = createMemoryDatabase({ clock: systemClock });
  const nodes = await Promise.all(ids.map((id) => ControlNode.start({ id, database })));
  for (const node of nodes) node.members = nodes.map((other) => () => other.identity());
  return nodes;
};
