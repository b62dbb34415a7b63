import { openSync, writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../src/base/clock.ts";
import { openEmbeddedStore } from "../../src/store/embedded/index.ts";
import { StoreError, type Claim } from "../../src/store/index.ts";
import { startStoreThread } from "../support/store-thread.ts";

/**
 * A process that works on a shared store as hard as it can: adds, claims, finishes. It writes down what it was
 * promised in a log of its own, so that the promises can be checked without asking the store.
 *
 * Log lines: `added ID` after the store acknowledged it, `finishing ID` before the call, then `finished ID` when it was
 * accepted, `stale ID` when it was refused, `unknown ID` when no answer came.
 */
export interface LoadSettings {
  readonly directory: string;
  readonly log: string;
  readonly name: string;
  readonly callTimeoutMs: number;
  readonly leaseMs: number;
}

/** What the process tells its parent, every 100 ms. */
export interface LoadReport {
  /** The longest that its event loop was late since the last report. */
  readonly lagMs: number;
  readonly rssBytes: number;
  /** Since its start. */
  readonly finished: number;
  readonly deadlines: number;
  /** Reads that were answered, and that failed. */
  readonly reads: number;
  readonly failedReads: number;
  readonly drained: boolean;
}

const lanes = 3;
const batch = 20;
const tickMs = 10;
const reportMs = 100;

const settings = JSON.parse(process.argv[2] ?? "") as LoadSettings;
const log = openSync(settings.log, "a");
const write = (verb: string, ids: readonly string[]): void => {
  if (ids.length > 0) writeSync(log, ids.map((id) => `${verb} ${id}\n`).join(""));
};

const tally = { finished: 0, deadlines: 0, reads: 0, failedReads: 0, lagMs: 0, draining: false, drained: false };
process.on("message", () => {
  tally.draining = true;
});
process.on("disconnect", () => process.exit(1));

/** Until the store answers: the same call with the same ids is safe to repeat. */
const insist = async <Output>(call: () => Promise<Output>): Promise<Output> => {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof StoreError) || !error.retryable) throw error;
      if (error.code === "deadline") tally.deadlines += 1;
      await pause(tickMs);
    }
  }
};

const store = await openEmbeddedStore({
  directory: settings.directory,
  clock: systemClock,
  startThread: startStoreThread,
  callTimeoutMs: settings.callTimeoutMs,
  openTimeoutMs: 60_000,
});
const { queue, commit } = ((space) => ({ queue: space.queue, commit: space.commit.bind(space) }))(store.space("load"));

const finish = async (claims: readonly Claim[]): Promise<void> => {
  const ids = claims.map(({ id }) => id);
  write("finishing", ids);
  try {
    await commit(
      undefined,
      claims.map((claim) => ({ type: "finish", claim, outcome: "done" })),
    );
    write("finished", ids);
    tally.finished += ids.length;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    if (error.code === "deadline") {
      tally.deadlines += 1;
      write("unknown", ids);
    } else if (error.code === "stale-guard" && claims.length > 1) {
      // One stale claim refuses all: the others are finished by themselves.
      for (const claim of claims) await finish([claim]);
    } else {
      write("stale", ids);
    }
  }
};

const work = async (lane: number): Promise<void> => {
  for (let round = 0; ; round += 1) {
    if (!tally.draining) {
      const ids = Array.from({ length: batch }, (_, at) => `${settings.name}-${lane}-${round}-${at}`);
      await insist(() =>
        queue.add(
          "work",
          ids.map((id) => ({ id, body: { id } })),
        ),
      );
      write("added", ids);
    }
    const { claims, nextInMs } = await insist(() =>
      queue.claim({ queue: "work", owner: settings.name, slots: batch, leaseMs: settings.leaseMs, holding: 0 }),
    );
    if (claims.length > 0) await finish(claims);
    else if (tally.draining && nextInMs === undefined) return;
    else await pause(tickMs);
  }
};

let lastTick = systemClock.monotonicMs();
setInterval(() => {
  const now = systemClock.monotonicMs();
  tally.lagMs = Math.max(tally.lagMs, now - lastTick - tickMs);
  lastTick = now;
}, tickMs).unref();
const report = (): void => {
  const { lagMs, finished, deadlines, reads, failedReads, drained } = tally;
  const rssBytes = process.memoryUsage.rss();
  const message: LoadReport = { lagMs, rssBytes, finished, deadlines, reads, failedReads, drained };
  process.send?.(message);
  tally.lagMs = 0;
};
setInterval(report, reportMs).unref();

const read = async (): Promise<void> => {
  while (!tally.draining) {
    await queue.counts("work").then(
      () => (tally.reads += 1),
      () => (tally.failedReads += 1),
    );
    await pause(tickMs);
  }
};

await Promise.all([read(), ...Array.from({ length: lanes }, (_, lane) => work(lane))]);
await store.close();
tally.drained = true;
report();
process.disconnect();
