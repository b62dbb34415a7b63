import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../../src/base/random.ts";
import { runHasEnded } from "../../../src/actors/respond/index.ts";
import type { Run } from "../../../src/client/index.ts";
import { until } from "../../support/until.ts";
import { percentile } from "../cancel/cancel-run.ts";
import { startActionServer } from "./action-server.ts";
import { waiting } from "./playbooks.ts";
import { RespondCluster, type NodeFiles, type RespondNodeProcess } from "./respond-cluster.ts";

export interface IsolationOptions {
  /** Of each kind, in turn: with the three that do harm, and without them. */
  readonly rounds: number;
  /** At once, with the three. */
  readonly runs: number;
  readonly seed: number;
  readonly files: NodeFiles;
  readonly say: (line: string) => void;
}

/** The same runs with and without three that do harm. Milliseconds. */
export interface IsolationResult {
  /** From the start of a run to its end, of those that do no harm: their median by round. */
  readonly calmMs: readonly number[];
  readonly disturbedMs: readonly number[];
  /** Of the medians over all rounds. */
  readonly ratio: number;
  /** Of the report of one event meanwhile. */
  readonly intakeP99: { readonly calm: number; readonly disturbed: number };
  /** How the three ended, over all rounds. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

interface Round {
  readonly tookMs: readonly number[];
  readonly intakeMs: readonly number[];
}

/** What each kind of harm may end as. */
const due: Readonly<Record<string, readonly string[]>> = {
  abort: ["crashed"],
  loop: ["stalled", "deadline"],
  allocate: ["memory"],
};
const stages = 4;
const answerMs = 500;
const warmMs = 120_000;
const endMs = 60_000;
const betweenEventsMs = 20;
const mostIntakeMs = 1_000;

const medianOf = (times: readonly number[]): number =>
  percentile(
    times.toSorted((a, b) => a - b),
    0.5,
  );
const p99Of = (times: readonly number[]): number =>
  Math.round(
    percentile(
      times.toSorted((a, b) => a - b),
      0.99,
    ),
  );

/** Executes playbooks beside some that crash, loop and eat memory, and the same playbooks without these. */
export const isolationRun = async (options: IsolationOptions): Promise<IsolationResult> => {
  const { rounds, runs, seed, files, say } = options;
  const server = await startActionServer(seededRandom(seed), { leastMs: answerMs, moreMs: 0 });
  const cluster = new RespondCluster({
    ...{ nodes: 1, files, playbooks: { "waiting.mjs": waiting } },
    respond: {
      egress: [server.url.slice("http://".length)],
      child: { stallMs: 2_000, maxOldSpaceMb: 64 },
      pool: { spare: runs, max: runs, warmThreads: 1 },
    },
  });
  const violations: string[] = [];
  const reasons: Record<string, number> = {};
  try {
    const [node] = cluster.nodes;
    if (node === undefined) throw new Error("a cluster has a node");
    const harmless = runs - Object.keys(due).length;
    const calm: Round[] = [];
    const disturbed: Round[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const harms of [[], Object.keys(due)]) {
        const hows = [...harms, ...Array.from({ length: harmless }, () => "none")];
        await untilWarm(node, runs);
        const seen = await playRound(node, `${round}-${harms.length}`, hows, server.url);
        for (const { how, run } of seen.ended) {
          const reason = run.failure?.reason ?? run.state;
          if (how !== "none") reasons[`${how} ${reason}`] = (reasons[`${how} ${reason}`] ?? 0) + 1;
          if (how === "none" ? run.state !== "done" : due[how]?.includes(reason) !== true) {
            violations.push(`a run of kind ${how} ended as ${reason}: ${JSON.stringify(run.failure)}`);
          }
        }
        const tookMs = seen.ended
          .filter(({ how }) => how === "none")
          .map(({ run }) => (run.endedAtMs ?? Infinity) - run.createdAtMs);
        (harms.length === 0 ? calm : disturbed).push({ tookMs, intakeMs: seen.intakeMs });
        say(`round ${round + 1}, ${harms.length} harmful: median ${medianOf(tookMs)} ms`);
      }
    }
    const intakeP99 = {
      calm: p99Of(calm.flatMap(({ intakeMs }) => intakeMs)),
      disturbed: p99Of(disturbed.flatMap(({ intakeMs }) => intakeMs)),
    };
    if (intakeP99.disturbed > mostIntakeMs) violations.push(`an event took ${intakeP99.disturbed} ms to be stored`);
    const all = (kind: readonly Round[]): number => medianOf(kind.flatMap(({ tookMs }) => tookMs));
    return {
      calmMs: calm.map(({ tookMs }) => medianOf(tookMs)),
      disturbedMs: disturbed.map(({ tookMs }) => medianOf(tookMs)),
      ratio: Math.round((100 * all(disturbed)) / all(calm)) / 100,
      ...{ intakeP99, reasons, violations },
    };
  } finally {
    await cluster.end();
    await server.close();
  }
};

/** A process is ready for each run: starting them is no part of what is compared. */
const untilWarm = async (node: RespondNodeProcess, runs: number): Promise<void> => {
  let spare: number | undefined;
  await until(
    async () => {
      await pause(50);
      spare = await node.metric(/^garrison_playbook_processes\{state="spare"\} (\d+)/m);
      return spare === runs;
    },
    () => ({ spare, runs }),
    warmMs,
  );
};

interface Played {
  readonly ended: readonly { readonly how: string; readonly run: Run }[];
  readonly intakeMs: readonly number[];
}

/** Starts a run of each kind at once and waits for their ends, reporting events meanwhile. */
const playRound = async (
  node: RespondNodeProcess,
  name: string,
  hows: readonly string[],
  url: string,
): Promise<Played> => {
  const client = await node.client();
  const event = (id: string, how: string) => ({ id, source: "chaos", kind: "wait", data: { url, stages, how } });
  const started = await Promise.all(
    hows.map(async (how, at) => ({ how, ...(await client.runs.start("waiting", event(`${name}-${at}`, how))) })),
  );
  const intakeMs: number[] = [];
  let ended: Played["ended"] = [];
  const deadline = performance.now() + endMs;
  let looked = 0;
  do {
    const begunMs = performance.now();
    await client.events.report([event(`${name}-intake-${intakeMs.length}`, "none")]);
    intakeMs.push(performance.now() - begunMs);
    await pause(betweenEventsMs);
    looked += 1;
    // Seldom, so that looking is no load.
    if (looked % 10 !== 0) continue;
    ended = await Promise.all(started.map(async ({ how, id }) => ({ how, run: await client.runs.get(id) })));
  } while ((ended.length === 0 || ended.some(({ run }) => !runHasEnded(run.state))) && performance.now() < deadline);
  return { ended, intakeMs };
};
