import { z } from "zod";
import type { Report } from "../report.ts";
import { built } from "../../test/support/built.ts";
import { BenchRunner } from "./bench-runner.ts";

const limitMs = 5;
const acts = 8;
const rounds = [
  { seconds: 0.2, runs: 30 },
  { seconds: 2, runs: 10 },
  { seconds: 20, runs: 2 },
] as const;

/** Eight actions beside each other, and how long `act()` took to return for each, in milliseconds. */
const playbook = `
export const actions = { pause: ({ ms }) => new Promise((resolve) => setTimeout(resolve, ms)) };
export const onStart = async (event, run) => {
  const took = [];
  const handles = [];
  for (let n = 0; n < event.data.acts; n += 1) {
    const begunMs = performance.now();
    handles.push(run.act("pause", { ms: event.data.ms }));
    took.push(performance.now() - begunMs);
  }
  await run.all(handles);
  return took;
};
`;

const times = z.array(z.number());
const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;

/** How soon `act()` returns, whatever the action takes. */
export const name = "respond-act";

export const run = async (report: Report): Promise<void> => {
  await built();
  const runner = new BenchRunner({ spares: 2, warmThreads: 2 });
  try {
    for (const { seconds, runs } of rounds) {
      const took: number[] = [];
      const first: number[] = [];
      for (let at = 0; at < runs; at += 2) {
        await runner.warm();
        const pair = [0, 1].map(() => runner.execute(playbook, { acts, ms: seconds * 1_000 }));
        for (const output of await Promise.all(pair)) {
          const ofRun = times.parse(output);
          took.push(...ofRun);
          first.push(ofRun[0] ?? Number.NaN);
        }
      }
      const sorted = took.toSorted((a, b) => a - b);
      const limit = { name: "limit", samples: [limitMs] };
      const what = `act() of an action of ${seconds} s returns`;
      report.add({ what: `${what}, p50`, unit: "ms", ours: [percentile(sorted, 0.5)], peer: limit });
      const aim = { atMost: 1 };
      report.add({
        what: `${what}, p99 of ${took.length}`,
        unit: "ms",
        ours: [percentile(sorted, 0.99)],
        peer: limit,
        aim,
      });
      report.add({
        what: "the first of a run, p50",
        unit: "ms",
        ours: [
          percentile(
            first.toSorted((a, b) => a - b),
            0.5,
          ),
        ],
        peer: limit,
      });
    }
  } finally {
    await runner.close();
  }
};
