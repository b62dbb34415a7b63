import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../../src/base/random.ts";
import type { Run } from "../../../src/client/index.ts";
import { until } from "../../support/until.ts";
import { startChaosStore, type StoreKind } from "../cluster/chaos-store.ts";
import { startActionServer, type ActionServer, type SeenRequest } from "./action-server.ts";
import { Answerer } from "./answers.ts";
import { anyExecuting } from "./any-executing.ts";
import { killNode } from "./kill-node.ts";
import type { RespondLedger } from "./ledger.ts";
import { answerTo } from "./cacao/effects.ts";
import { cacaoOrders, orders, ordersBindings, partsOfStage } from "./playbooks.ts";
import {
  keysMixed,
  longestTakeoverMs,
  ordersTwice,
  repeatedAfterEnd,
  repeatedAfterHeard,
  runsHitBy,
  stepOf,
  type NodeKill,
} from "./request-checks.ts";
import { RespondCluster, type NodeFiles } from "./respond-cluster.ts";
import { allRuns, stepsOfRun } from "./run-views.ts";

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

export interface KillRunResult {
  /** How many runs are in which state at the end. */
  readonly states: Readonly<Record<string, number>>;
  readonly requests: number;
  readonly nodesKilled: number;
  readonly processesKilled: number;
  /** Kills of nodes that had a run under way. */
  readonly killsThatHit: number;
  /** Runs that are done and whose requests came from more than one process. */
  readonly resumed: number;
  readonly questions: number;
  /** What must not be, at most the first of each kind. */
  readonly violations: readonly string[];
  readonly ledger: RespondLedger;
}

const stages = 3;
const busyMs = 60_000;
const decideMs = 120_000;
/** Without any request, answer or end. Claims of nodes that are gone, and what is held back after losses, take less. */
const stuckMs = 90_000;
const shownOfAKind = 5;
const settled: ReadonlySet<string> = new Set(["done", "skipped", "failed", "cancelled", "dead"]);

const keyOf = (at: number): string => `order-${at}`;

/** Runs from `from` to below `to`, as events. */
const submit = async (cluster: RespondCluster, server: ActionServer, from: number, to: number): Promise<void> => {
  const events = Array.from({ length: to - from }, (_, at) => ({
    id: keyOf(from + at),
    source: "chaos",
    // Half of them are answered by a module, half by a playbook of CACAO.
    kind: (from + at) % 2 === 0 ? "order" : "cacao-order",
    data: { url: server.url, stages },
  }));
  if (events.length > 0) await cluster.ask((client) => client.events.report(events));
};

/** Lets runs act on a server while the nodes and processes that execute them are killed, and settles it by the server's log. */
export const killRun = async (options: KillRunOptions): Promise<KillRunResult> => {
  const { nodes, runs, kills, seed, files, say } = options;
  const random = seededRandom(seed);
  const server = await startActionServer(random, { leastMs: 100, moreMs: 400 }, { answerOf: answerTo });
  const store = await startChaosStore(options.store);
  const port = Number(new URL(server.url).port);
  const playbooks = { "orders.mjs": orders, "cacao-orders.json": cacaoOrders(port, stages) };
  const cluster = new RespondCluster({
    ...{ nodes, files, storeUrl: store.url, playbooks, bindings: ordersBindings },
    respond: {
      egress: [server.url.slice("http://".length)],
      leaseMs: 2_000,
      pool: { spare: 2, max: 4, warmThreads: 2 },
    },
  });
  let answerer: Answerer | undefined;
  try {
    await Promise.all(cluster.nodes.map((node) => node.client()));
    answerer = new Answerer(cluster, server);
    const nodeKills: NodeKill[] = [];
    let processesKilled = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      await submit(cluster, server, Math.floor((runs * kill) / kills), Math.floor((runs * (kill + 1)) / kills));
      if (kill % 2 === 1) {
        process.kill((await anyExecuting(cluster, server, random)).pid, "SIGKILL");
        processesKilled += 1;
      }
      nodeKills.push(await killNode(cluster, server, random, busyMs));
      if ((kill + 1) % 10 === 0) say(`${kill + 1} nodes killed, ${server.seen.length} requests`);
    }
    say("no more kills");
    const ids = await runIds(cluster, runs);
    const found = await untilSettled(cluster, ids, answerer, server);
    await answerer.end();
    return await judge({ ids, found, cluster, server, answerer, nodeKills, processesKilled });
  } finally {
    await answerer?.end().catch(() => undefined);
    await cluster.end();
    await store.end();
    await server.close();
  }
};

/** The run of each event, once it is decided. */
const runIds = async (cluster: RespondCluster, runs: number): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let at = 0; at < runs; at += 1) {
    let made: readonly { readonly id: string }[] = [];
    await until(
      async () => {
        const { state, runs } = await cluster.ask((client) => client.events.get(`chaos/${keyOf(at)}`));
        made = runs;
        return state !== "waiting";
      },
      () => ({ undecided: keyOf(at) }),
      decideMs,
    );
    ids.push(made[0]?.id ?? `none of ${keyOf(at)}`);
  }
  return ids;
};

/** All runs, once each has ended or waits for an answer that it does not get, or nothing happens any more. */
const untilSettled = async (
  cluster: RespondCluster,
  ids: readonly string[],
  answerer: Answerer,
  server: ActionServer,
): Promise<ReadonlyMap<string, Run>> => {
  let progress = "";
  let atMs = performance.now();
  for (;;) {
    const found = new Map((await allRuns(cluster)).map((run) => [run.id, run]));
    const open = ids.filter((id) => !isSettled(found.get(id), answerer.left));
    const now = `${open.length} ${server.seen.length} ${answerer.questions}`;
    if (now !== progress) [progress, atMs] = [now, performance.now()];
    if (open.length === 0 || performance.now() - atMs > stuckMs) return found;
    await pause(250);
  }
};

const isSettled = (run: Run | undefined, left: ReadonlySet<string>): boolean =>
  run !== undefined && (settled.has(run.state) || (run.state === "waiting" && left.has(run.id)));

interface Outcome {
  readonly ids: readonly string[];
  readonly found: ReadonlyMap<string, Run>;
  readonly cluster: RespondCluster;
  readonly server: ActionServer;
  readonly answerer: Answerer;
  readonly nodeKills: readonly NodeKill[];
  readonly processesKilled: number;
}

const judge = async (outcome: Outcome): Promise<KillRunResult> => {
  const { ids, found, cluster, server, answerer, nodeKills, processesKilled } = outcome;
  const { seen } = server;
  const planned = ids.flatMap((id) => found.get(id) ?? []);
  const open = ids.filter((id) => !isSettled(found.get(id), answerer.left));
  const endedSteps = (await Promise.all(planned.map(({ id }) => stepsOfRun(cluster, id))))
    .flat()
    .flatMap(({ run, stage, part, endedAtMs }) => (endedAtMs === undefined ? [] : [{ run, stage, part, endedAtMs }]));
  const had = new Set(seen.map(stepOf));
  const missing = planned
    .filter(({ state }) => state === "done")
    .flatMap(({ id }) => stepsOfPlaybook(id).filter((step) => !had.has(step)));
  const twice = [
    ...ordersTwice(seen),
    ...keysMixed(seen),
    ...repeatedAfterHeard(seen),
    ...repeatedAfterEnd(seen, endedSteps),
  ];
  const failed = planned.filter(({ state }) => state === "failed");
  const violations = [
    ...twice.slice(0, shownOfAKind),
    ...open.slice(0, shownOfAKind).map((id) => `run ${id} is ${found.get(id)?.state ?? "not there"}`),
    ...missing.slice(0, shownOfAKind).map((step) => `step ${step} of a run that is done was never executed`),
    ...failed.slice(0, shownOfAKind).map(({ id, failure }) => `run ${id} failed: ${JSON.stringify(failure)}`),
  ];
  const asked = new Set(answerer.asked.keys());
  const kills = nodeKills.map(({ atMs }) => atMs);
  const states: Record<string, number> = {};
  for (const { state } of planned) states[state] = (states[state] ?? 0) + 1;
  return {
    states,
    requests: seen.length,
    nodesKilled: nodeKills.length,
    processesKilled,
    killsThatHit: nodeKills.filter((kill) => runsHitBy(seen, kill, asked).size > 0).length,
    resumed: planned.filter(({ id, state }) => state === "done" && processesOf(seen, id) > 1).length,
    questions: answerer.questions,
    violations,
    ledger: {
      ...{ system: "respond", planned: ids.length, done: ids.length - open.length, doneTwice: twice.length },
      ...{ lost: open.length + missing.length, restarts: nodeKills.length },
      takeoverMs: longestTakeoverMs(seen, kills, asked),
    },
  };
};

const processesOf = (seen: readonly SeenRequest[], id: string): number =>
  new Set(seen.filter(({ run }) => run === id).map(({ pid }) => pid)).size;

const stepsOfPlaybook = (run: string): readonly string[] =>
  Array.from({ length: stages * partsOfStage }, (_, at) =>
    stepOf({ run, stage: Math.floor(at / partsOfStage) + 1, part: at % partsOfStage }),
  );
