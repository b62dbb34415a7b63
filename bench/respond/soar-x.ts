import { createHash } from "node:crypto";
import { setTimeout as settled } from "node:timers/promises";
import type { Json } from "../../src/base/json.ts";
import { inTurn } from "../rounds.ts";
import { median, type Report } from "../report.ts";
import { built } from "../../test/support/built.ts";
import { BenchRunner } from "./bench-runner.ts";

const actions = 8;
const latencyMs = 200;
const rounds = 3;
/** Spares that the pool has ready: beyond them a run waits for one to end, or for a start. */
const mostSpares = 10;
/** What is measured in rounds, in planned time of actions; more is measured once. */
const roundsUpToMs = 16_000;
/** What takes longer is not waited for: it is known. */
const longestSerialMs = 20_000;

/** How long the machine is left alone after the spares are ready, in which they finish what starting them began. */
const settleMs = 1_000;

/** Waits for so long, or makes so many hashes. Each imports what it needs only: every thread loads it. */
const actionCode = {
  pause: `export const actions = { pause: ({ ms }) => new Promise((resolve) => setTimeout(resolve, ms)) };`,
  hash: `
import { createHash } from "node:crypto";
export const actions = {
  hash: ({ hashes }) => {
    const data = Buffer.alloc(65536);
    for (let done = 0; done < hashes; done += 1) createHash("sha256").update(data).digest();
  },
};`,
} as const;

const startCode = `
export const onStart = async (event, run) => {
  const { action, input, actions, events, beside } = event.data;
  for (let at = 0; at < events; at += 1) {
    const handles = [];
    for (let n = 0; n < actions; n += 1) {
      const handle = run.act(action, input);
      handles.push(handle);
      if (!beside) await handle;
    }
    await run.all(handles);
  }
};
`;

/** E events with eight actions of 200 ms each: one after the other, in processes, in threads, and in both. */
export const name = "respond-soar-x";

interface Shape {
  readonly events: number;
  readonly action: "pause" | "hash";
  readonly hashes: number;
}

/** As many hashes as one core makes in the time of an action when nothing else runs: the most of some tries. */
const hashesOfAnAction = (): number => {
  const data = Buffer.alloc(65_536);
  const tries = Array.from({ length: 5 }, () => {
    const endMs = performance.now() + latencyMs;
    let hashes = 0;
    for (; performance.now() < endMs; hashes += 1) createHash("sha256").update(data).digest();
    return hashes;
  });
  return Math.max(...tries);
};

/** One run for all events, or one for each. Resolves with the time from the first start to the last end. */
const makespan = async (
  runner: BenchRunner,
  { events, action, hashes }: Shape,
  { processes, threads }: { readonly processes: boolean; readonly threads: boolean },
): Promise<number> => {
  await runner.warm();
  await settled(settleMs);
  const common = { action, input: { ms: latencyMs, hashes }, actions, beside: threads };
  const begunMs = performance.now();
  const runs = processes ? Array.from({ length: events }, () => 1) : [events];
  const waiting = runs.map((ofRun): Readonly<Record<string, Json>> => ({ ...common, events: ofRun }));
  const lanes = Array.from({ length: mostSpares }, async () => {
    for (let data = waiting.shift(); data !== undefined; data = waiting.shift())
      await runner.execute(`${actionCode[action]}${startCode}`, data);
  });
  await Promise.all(lanes);
  return performance.now() - begunMs;
};

const serial = { processes: false, threads: false };
const inProcesses = { processes: true, threads: false };
const inThreads = { processes: false, threads: true };
const inBoth = { processes: true, threads: true };

const measure = async (report: Report, shape: Shape, limit: number | undefined): Promise<void> => {
  const { events, action } = shape;
  const runner = new BenchRunner({ spares: Math.min(events, mostSpares), warmThreads: actions });
  try {
    const serialMs = events * actions * latencyMs;
    const samples = await inTurn(
      {
        both: () => makespan(runner, shape, inBoth),
        processes: () => makespan(runner, shape, inProcesses),
        threads: () => makespan(runner, shape, inThreads),
        serial: () => (serialMs > longestSerialMs ? serialMs : makespan(runner, shape, serial)),
      },
      serialMs > roundsUpToMs || (action === "hash" && events > 1) ? 1 : rounds,
    );
    const what = `${events} × ${actions} actions that ${action === "pause" ? "wait" : "hash for"} ${latencyMs} ms`;
    const ideal = { name: "one action", samples: samples.both.map(() => latencyMs) };
    const aim = limit === undefined ? {} : { aim: { atMost: limit } };
    report.add({ what: `${what}: processes and threads`, unit: "ms", ours: samples.both, peer: ideal, ...aim });
    for (const [peer, times] of [
      ["processes only", samples.processes],
      ["threads only", samples.threads],
      [serialMs > longestSerialMs ? "one by one, computed" : "one by one", samples.serial],
    ] as const) {
      report.add({ what: "the same", unit: "ms", ours: samples.both, peer: { name: peer, samples: times } });
    }
    const medians = Object.entries(samples).map(([way, times]) => `${way} ${median(times).toFixed(0)} ms`);
    console.error(`  ${what}: ${medians.join(", ")}`);
  } finally {
    await runner.close();
  }
};

export const run = async (report: Report): Promise<void> => {
  await built();
  const hashes = hashesOfAnAction();
  await measure(report, { events: 1, action: "pause", hashes }, 1.5);
  await measure(report, { events: 10, action: "pause", hashes }, 2);
  await measure(report, { events: 100, action: "pause", hashes }, undefined);
  await measure(report, { events: 1, action: "hash", hashes }, undefined);
  await measure(report, { events: 10, action: "hash", hashes }, undefined);
};
