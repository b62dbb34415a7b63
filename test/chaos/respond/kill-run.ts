import { seededRandom } from "../../../src/base/random.ts";
import { startChaosStore, type StoreKind } from "../cluster/chaos-store.ts";
import { startActionServer } from "./action-server.ts";
import { anyExecuting } from "./any-executing.ts";
import { answerTo } from "./cacao/effects.ts";
import { judgeOrders, type JudgedOrders } from "./judge-orders.ts";
import { killNode } from "./kill-node.ts";
import { orderPlaybooks, Orders } from "./orders.ts";
import { ordersBindings } from "./playbooks.ts";
import { runsHitBy, type NodeKill } from "./request-checks.ts";
import { RespondCluster, type NodeFiles } from "./respond-cluster.ts";

export interface KillRunOptions {
  readonly nodes: number;
  readonly runs: number;
  /** Of nodes; every second time a process of a run is killed, too. */
  readonly kills: number;
  readonly seed: number;
  readonly store: StoreKind;
  readonly files: NodeFiles;
  readonly say: (line: string) => void;
}

export interface KillRunResult extends JudgedOrders {
  readonly nodesKilled: number;
  readonly processesKilled: number;
  /** Kills of nodes that had a run under way. */
  readonly killsThatHit: number;
}

const stages = 3;
const busyMs = 60_000;

/** Lets runs act on a server while the nodes and processes that execute them are killed, and settles it by the server's log. */
export const killRun = async (options: KillRunOptions): Promise<KillRunResult> => {
  const { nodes, runs, kills, seed, files, say } = options;
  const random = seededRandom(seed);
  const server = await startActionServer(random, { leastMs: 100, moreMs: 400 }, { answerOf: answerTo });
  const store = await startChaosStore(options.store);
  const cluster = new RespondCluster({
    ...{ nodes, files, storeUrl: store.url, playbooks: orderPlaybooks(server, stages), bindings: ordersBindings },
    respond: {
      egress: [server.url.slice("http://".length)],
      leaseMs: 2_000,
      pool: { spare: 2, max: 4, warmThreads: 2 },
    },
  });
  let orders: Orders | undefined;
  try {
    await Promise.all(cluster.nodes.map((node) => node.client()));
    orders = new Orders(cluster, server, { stages, leavesOneOf: 2, moduleOneOf: 2, hangsMs: 0 });
    const nodeKills: NodeKill[] = [];
    let processesKilled = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      await orders.submit(Math.floor((runs * (kill + 1)) / kills) - orders.submitted);
      if (kill % 2 === 1) {
        process.kill((await anyExecuting(cluster, server, random)).pid, "SIGKILL");
        processesKilled += 1;
      }
      nodeKills.push(await killNode(cluster, server, random, busyMs));
      if ((kill + 1) % 10 === 0) say(`${kill + 1} nodes killed, ${server.seen.length} requests`);
    }
    say("no more kills");
    const settled = await orders.settled();
    await orders.answerer.end();
    const asked = new Set(orders.answerer.asked.keys());
    const killsAtMs = nodeKills.map(({ atMs }) => atMs);
    return {
      ...(await judgeOrders(cluster, server, orders, settled, killsAtMs)),
      nodesKilled: nodeKills.length,
      processesKilled,
      killsThatHit: nodeKills.filter((kill) => runsHitBy(server.seen, kill, asked).size > 0).length,
    };
  } finally {
    await orders?.answerer.end().catch(() => undefined);
    await cluster.end();
    await store.end();
    await server.close();
  }
};
