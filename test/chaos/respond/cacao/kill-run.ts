import { isDeepStrictEqual } from "node:util";
import { seededRandom } from "../../../../src/base/random.ts";
import { startChaosStore, type StoreKind } from "../../cluster/chaos-store.ts";
import { startActionServer } from "../action-server.ts";
import { killNode } from "../kill-node.ts";
import type { RespondLedger } from "../ledger.ts";
import { longestTakeoverMs, ordersTwice, repeatedAfterEnd, runsHitBy, type NodeKill } from "../request-checks.ts";
import { RespondCluster, type NodeFiles } from "../respond-cluster.ts";
import { answerTo } from "./effects.ts";
import { Person } from "./person.ts";
import { randomPlan } from "./random-plan.ts";
import { allSteps, begin, isOver, resultOf, type RunResult, untilOver } from "./run-results.ts";
import { endedEffects } from "./step-places.ts";

export interface CacaoKillOptions {
  readonly nodes: number;
  /** Executed while nodes are killed. */
  readonly runs: number;
  readonly kills: number;
  readonly seed: number;
  readonly store: StoreKind;
  readonly files: NodeFiles;
  readonly say: (line: string) => void;
}

export interface CacaoKillResult {
  readonly playbooks: number;
  /** How many of the disturbed runs are in which state at the end. */
  readonly states: Readonly<Record<string, number>>;
  readonly requests: number;
  /** Answers that were accepted. */
  readonly manual: number;
  readonly unknown: number;
  readonly nodesKilled: number;
  readonly killsThatHit: number;
  readonly executions: number;
  readonly violations: readonly string[];
  readonly ledger: RespondLedger;
}

/** Runs of each playbook while nodes are killed. */
const runsOfAPlaybook = 5;
const readyMs = 60_000;
const shownOfAKind = 5;

/**
 * Executes random playbooks undisturbed, and then again and again while nodes are killed: each run has to come to the same, and the
 * server must not have seen what is not to be repeated twice.
 */
export const cacaoKillRun = async (options: CacaoKillOptions): Promise<CacaoKillResult> => {
  const { nodes, runs, kills, seed, files, say } = options;
  const random = seededRandom(seed);
  const server = await startActionServer(random, { leastMs: 50, moreMs: 250 }, { answerOf: answerTo });
  const store = await startChaosStore(options.store);
  const port = Number(new URL(server.url).port);
  const plans = Array.from({ length: Math.ceil(runs / runsOfAPlaybook) }, (_, at) =>
    randomPlan(`plan-${at}`, random, port),
  );
  const cluster = new RespondCluster({
    ...{ nodes, files, storeUrl: store.url },
    playbooks: Object.assign({}, ...plans.map((plan) => plan.files)) as Record<string, string>,
    respond: { egress: [`127.0.0.1:${port}`], leaseMs: 2_000, pool: { spare: 2, max: 4, warmThreads: 2 } },
  });
  let person: Person | undefined;
  try {
    await Promise.all(cluster.nodes.map((node) => node.client()));
    person = new Person(cluster, server);
    const expected = new Map<string, RunResult>();
    const first = await Promise.all(plans.map(async ({ name }) => ({ name, id: await begin(cluster, name, "quiet") })));
    const quiet = await untilOver(
      cluster,
      first.map(({ id }) => id),
      server.seen,
    );
    for (const { name, id } of first) {
      const run = quiet.get(id);
      if (run === undefined || !isOver(run)) throw new Error(`undisturbed, ${name} is ${JSON.stringify(run)}`);
      expected.set(name, resultOf(run, server.seen));
    }
    say(`${plans.length} playbooks, ${server.seen.length} requests undisturbed`);

    const planned: { readonly name: string; readonly id: string }[] = [];
    const nodeKills: NodeKill[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      for (const to = Math.floor((runs * (kill + 1)) / kills); planned.length < to;) {
        const name = plans[planned.length % plans.length]?.name ?? "";
        planned.push({ name, id: await begin(cluster, name, `run-${planned.length}`) });
      }
      nodeKills.push(await killNode(cluster, server, random, readyMs));
      if ((kill + 1) % 10 === 0) say(`${kill + 1} nodes killed, ${server.seen.length} requests`);
    }
    say("no more kills");
    const found = await untilOver(
      cluster,
      planned.map(({ id }) => id),
      server.seen,
    );
    await person.end();

    const { seen } = server;
    const lost: string[] = [];
    const different: string[] = [];
    const states: Record<string, number> = {};
    let executions = 0;
    const ended = [];
    for (const { name, id } of planned) {
      const run = found.get(id);
      const state = run?.state ?? "not there";
      states[state] = (states[state] ?? 0) + 1;
      if (run === undefined || !isOver(run)) {
        lost.push(`run ${id} of ${name} is ${state}`);
        continue;
      }
      executions += run.executions;
      const result = resultOf(run, seen);
      if (!isDeepStrictEqual(result, expected.get(name))) {
        different.push(
          `run ${id} of ${name} came to ${JSON.stringify(result)}, undisturbed to ${JSON.stringify(expected.get(name))}`,
        );
      }
      ended.push(...endedEffects(id, await allSteps(cluster, id)));
    }
    const twice = [...ordersTwice(seen), ...repeatedAfterEnd(seen, ended)];
    const times = nodeKills.map(({ atMs }) => atMs);
    return {
      ...{ playbooks: plans.length, states, requests: seen.length, ...person.answers, executions },
      nodesKilled: nodeKills.length,
      killsThatHit: nodeKills.filter((kill) => runsHitBy(seen, kill, person?.asked ?? new Set()).size > 0).length,
      violations: [lost, different, twice].flatMap((kind) => kind.slice(0, shownOfAKind)),
      ledger: {
        ...{ system: "respond", planned: planned.length, done: planned.length - lost.length, doneTwice: twice.length },
        ...{ lost: lost.length + different.length, restarts: nodeKills.length },
        takeoverMs: longestTakeoverMs(seen, times, person.asked),
      },
    };
  } finally {
    await person?.end().catch(() => undefined);
    await cluster.end();
    await store.end();
    await server.close();
  }
};
