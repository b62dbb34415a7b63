import { Worker } from "node:worker_threads";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../src/base/clock.ts";
import { openEmbeddedStore } from "../src/store/embedded/index.ts";
import type { Space } from "../src/store/index.ts";
import type { Report } from "./report.ts";

const batch = 100;
const itemsPerRun = 16_000;
const runs = 5;
/** Callers of one process at once: they share transactions and flushes, as the actors of a node do. */
const callers = 8;
/** Items per second that the store has to reach. */
const required = 20_000;

/** Adds, claims and finishes `items` in batches through the ports. */
const cycle = async (space: Space, queue: string, items: number): Promise<void> => {
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
};

/** Items per second, end to end, with so many callers at once, each on a queue of its own. */
const rate = async (space: Space, round: string, lanes: number): Promise<number> => {
  const start = systemClock.monotonicMs();
  await Promise.all(Array.from({ length: lanes }, (_, lane) => cycle(space, `${round}-${lane}`, itemsPerRun / lanes)));
  return (itemsPerRun / (systemClock.monotonicMs() - start)) * 1_000;
};

/** The embedded store from one process, on this machine's disk, every commit flushed before it is acknowledged. */
export const name = "store";

export const run = async (report: Report): Promise<void> => {
  const directory = mkdtempSync(join(process.cwd(), ".bench-store-"));
  const store = await openEmbeddedStore({
    directory,
    clock: systemClock,
    startThread: (workerData) => new Worker(new URL("../src/bin/store-thread.js", import.meta.url), { workerData }),
  });
  try {
    const space = store.space("bench");
    await rate(space, "warm-up", 1);
    const alone: number[] = [];
    const shared: number[] = [];
    for (let at = 0; at < runs; at += 1) {
      alone.push(await rate(space, `alone-${at}`, 1));
      shared.push(await rate(space, `shared-${at}`, callers));
    }
    const peer = { name: "required", samples: alone.map(() => required) };
    const what = `embedded store: add → claim → finish, batches of ${batch}`;
    const aim = { atLeast: 1 };
    report.add({ what: `${what}, one caller`, unit: "items/s", ours: alone, peer, aim });
    report.add({ what: `${what}, ${callers} callers`, unit: "items/s", ours: shared, peer, aim });
  } finally {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  }
};
