import { Worker } from "node:worker_threads";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import Table from "cli-table3";
import { systemClock } from "../src/base/clock.ts";
import { openEmbeddedStore } from "../src/store/embedded/index.ts";
import type { Space } from "../src/store/index.ts";

const batch = 100;
const itemsPerRun = 20_000;
const runs = 5;

/** Adds, claims and finishes `items` in batches through the ports. Returns items per second, end to end. */
const cycle = async (space: Space, queue: string, items: number): Promise<number> => {
  const start = systemClock.monotonicMs();
  for (let done = 0; done < items; done += batch) {
    await space.queue.add(
      queue,
      Array.from({ length: batch }, (_, at) => ({
        id: `item-${done + at}`,
        body: { target: "http://127.0.0.1:8080/", path: `/page/${done + at}`, template: "exposed-config" },
      })),
    );
    const request = { queue, owner: "bench", slots: batch, leaseMs: 30_000, holding: 0 };
    const { claims } = await space.queue.claim(request);
    if (claims.length !== batch) throw new Error(`${claims.length} claims instead of ${batch}`);
    await space.commit(
      undefined,
      claims.map((claim) => ({ type: "finish", claim, outcome: "done", result: { findings: 0 } })),
    );
  }
  return (items / (systemClock.monotonicMs() - start)) * 1_000;
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

const row = (what: string, values: readonly number[]): readonly string[] => [
  what,
  `${Math.round(median(values)).toLocaleString("en")} items/s`,
  `${Math.round(Math.min(...values)).toLocaleString("en")} … ${Math.round(Math.max(...values)).toLocaleString("en")}`,
];

/** The embedded store from one process, on this machine's disk, every commit flushed before it is acknowledged. */
export const run = async (): Promise<void> => {
  const directory = mkdtempSync(join(process.cwd(), ".bench-store-"));
  const store = await openEmbeddedStore({
    directory,
    clock: systemClock,
    startThread: (workerData) => new Worker(new URL("../src/bin/store-thread.js", import.meta.url), { workerData }),
  });
  try {
    const space = store.space("bench");
    await cycle(space, "warm-up", itemsPerRun);
    const alone: number[] = [];
    const shared: number[] = [];
    for (let at = 0; at < runs; at += 1) {
      alone.push(await cycle(space, `alone-${at}`, itemsPerRun));
      const lanes = Array.from({ length: 4 }, (_, lane) => cycle(space, `shared-${at}-${lane}`, itemsPerRun / 4));
      shared.push((await Promise.all(lanes)).reduce((sum, rate) => sum + rate, 0));
    }
    const table = new Table({ head: ["what", "median", "spread"] });
    table.push([...row("embedded store, add → claim → finish, batches of 100, one caller", alone)]);
    table.push([...row("the same, four callers at once", shared)]);
    console.log(table.toString());
  } finally {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  }
};
