import { setTimeout as pause } from "node:timers/promises";
import { RespondCluster, type RespondNodeProcess } from "../../test/chaos/respond/respond-cluster.ts";
import type { GarrisonClient } from "../../src/client/index.ts";
import { built } from "../../test/support/built.ts";
import { until } from "../../test/support/until.ts";
import { median, type Report } from "../report.ts";

const limitMs = 50;
const warmUp = 10;
const events = 100;
const spare = 2;
const longestMs = 60_000;

/** Says when its only action began, milliseconds since 1970. */
const playbook = `
export const actions = { look: () => performance.timeOrigin + performance.now() };
export const onStart = (event, run) => run.act("look", null);
`;
const binding = `
id: latency
when: { kinds: [latency] }
run: [latency]
`;

/** Milliseconds since 1970, with fractions. */
const nowMs = (): number => performance.timeOrigin + performance.now();

/** Where the time goes, of one event. */
interface Sample {
  /** From the call to its answer: the event is stored. */
  readonly storedMs: number;
  /** From then until an action of its run began. */
  readonly actedMs: number;
  /** Parts of that: until its run was there, until it had a process, until its step was kept. Whole milliseconds. */
  readonly parts: readonly [decided: number, begun: number, kept: number];
}

/** How soon a real node acts on an event that it has stored, on its embedded store, with spare processes that are ready. */
export const name = "respond-latency";

export const run = async (report: Report): Promise<void> => {
  await built();
  const cluster = new RespondCluster({
    ...{ nodes: 1, files: "built", playbooks: { "latency.mjs": playbook }, bindings: binding },
    respond: { pool: { spare, max: 8, warmThreads: 2 } },
  });
  try {
    const [node] = cluster.nodes;
    if (node === undefined) throw new Error("no node");
    const client = await node.client();
    const samples: Sample[] = [];
    for (let at = -warmUp; at < events; at += 1) {
      await untilWarm(node);
      const sample = await answerOne(client, `e${at}`);
      if (at >= 0) samples.push(sample);
    }
    tell(report, samples);
  } finally {
    await cluster.end();
  }
};

const untilWarm = (node: RespondNodeProcess): Promise<void> =>
  until(
    async () => {
      // Asked seldom: the node has spares to start.
      await pause(20);
      return (await node.metric(/^garrison_playbook_processes\{state="spare"\} (\d+)/m)) === spare;
    },
    () => node.stderr,
    longestMs,
  );

const answerOne = async (client: GarrisonClient, id: string): Promise<Sample> => {
  const calledMs = nowMs();
  const [receipt] = await client.events.report([{ id, source: "bench", kind: "latency", data: { host: "web-1" } }]);
  const storedMs = nowMs();
  const key = receipt?.key ?? "";
  // Nothing is asked meanwhile that would take time from the answer.
  await pause(300);
  let runs = (await client.events.get(key)).runs;
  await until(
    async () => (runs = (await client.events.get(key)).runs).length === 1,
    () => runs,
    longestMs,
  );
  const runId = runs[0]?.id ?? "";
  let made = await client.runs.get(runId);
  await until(
    async () => (made = await client.runs.get(runId)).state === "done",
    () => made,
    longestMs,
  );
  const { steps } = await client.runs.steps(runId);
  const decidedMs = made.createdAtMs;
  const begunMs = made.startedAtMs ?? Number.NaN;
  const keptMs = steps[0]?.startedAtMs ?? Number.NaN;
  return {
    storedMs: storedMs - calledMs,
    actedMs: Number(made.output) - storedMs,
    parts: [decidedMs - storedMs, begunMs - decidedMs, keptMs - begunMs],
  };
};

const tell = (report: Report, samples: readonly Sample[]): void => {
  const acted = samples.map(({ actedMs }) => actedMs).toSorted((a, b) => a - b);
  const limit = { name: "limit", samples: [limitMs] };
  const aim = { atMost: 1 };
  report.add({ what: "event stored → first action, p50", unit: "ms", ours: [median(acted)], peer: limit, aim });
  const p99 = acted[Math.floor(acted.length * 0.99)] ?? Number.NaN;
  report.add({ what: `the same, p99 of ${acted.length}`, unit: "ms", ours: [p99], peer: limit });
  const stored = median(samples.map(({ storedMs }) => storedMs));
  const [decided, begun, kept] = [0, 1, 2].map((at) => median(samples.map(({ parts }) => parts[at] ?? Number.NaN)));
  console.error(
    `  medians: stored in ${stored.toFixed(1)} ms; then decided after ${decided?.toFixed(1)}, begun after ${begun} more, its step kept after ${kept} more`,
  );
};
