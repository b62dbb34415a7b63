import assert from "node:assert/strict";
import { setImmediate as settled } from "node:timers/promises";
import { seededRandom } from "../../../../../src/base/random.ts";
import { PlaybookError } from "../../../../../src/engines/playbook/index.ts";
import type { ProcessExit } from "../../../../../src/engines/playbook/host/process/process-exit.ts";
import { ProcessPool, type PooledProcess } from "../../../../../src/engines/playbook/host/process/process-pool.ts";
import { CapturedLog } from "../../../../support/captured-log.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";

/** A process that is there until it is told to go. */
class Process implements PooledProcess {
  readonly gone: Promise<ProcessExit>;
  killed = false;
  #go!: () => void;

  constructor() {
    this.gone = new Promise((resolve) => {
      this.#go = () => resolve({ code: 0, signal: undefined, heapExhausted: false, lastError: "" });
    });
  }

  kill(): void {
    this.killed = true;
    this.#go();
  }

  async end(): Promise<void> {
    this.#go();
    await settled();
  }
}

interface Start {
  readonly succeed: () => Promise<Process>;
  readonly fail: () => Promise<void>;
}

const open = (limits: { readonly spare: number; readonly max: number }) => {
  const clock = new ManualClock();
  const log = new CapturedLog();
  const starts: Start[] = [];
  const pool = new ProcessPool<Process>({
    limits,
    startsAtOnce: 2,
    start: (signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("no more")));
        starts.push({
          succeed: async () => {
            const process = new Process();
            resolve(process);
            await settled();
            return process;
          },
          fail: async () => {
            reject(new Error("fork failed"));
            await settled();
          },
        });
      }),
    clock,
    random: seededRandom(7),
    log: log.logger,
  });
  const take = (signal = new AbortController().signal): { readonly got: Process[]; readonly codes: string[] } => {
    const taken = { got: [] as Process[], codes: [] as string[] };
    pool.take(signal).then(
      (process) => taken.got.push(process),
      (error: unknown) => taken.codes.push(error instanceof PlaybookError ? error.code : String(error)),
    );
    return taken;
  };
  const next = (): Start => {
    const start = starts.shift();
    assert(start !== undefined, "nothing is starting");
    return start;
  };
  return { pool, clock, log, starts, take, next };
};

const refused = (pool: ProcessPool<Process>): void => {
  assert.throws(() => pool.take(new AbortController().signal), { code: "no-process" });
};

describe("the pool of processes", () => {
  it("starts nothing before it is wanted", () => {
    const { pool, starts } = open({ spare: 2, max: 4 });
    assert.equal(starts.length, 0);
    assert.equal(pool.free, 4);
  });

  it("starts its spares one after the other, and ends them when they are no longer wanted", async () => {
    const { pool, starts, next } = open({ spare: 2, max: 4 });
    pool.wantSpares(true);
    assert.equal(starts.length, 1);
    const first = await next().succeed();
    assert.equal(starts.length, 1);
    const second = await next().succeed();
    assert.deepEqual(pool.counts, { alive: 2, spare: 2, started: 2 });
    assert.equal(starts.length, 0);
    pool.wantSpares(false);
    await settled();
    assert.deepEqual([first.killed, second.killed], [true, true]);
    assert.deepEqual(pool.counts, { alive: 0, spare: 0, started: 2 });
  });

  it("gives a spare at once, and starts the next when no run was begun for a while", async () => {
    const { pool, clock, starts, take, next } = open({ spare: 1, max: 4 });
    pool.wantSpares(true);
    const spare = await next().succeed();
    const { got } = take();
    await settled();
    assert.deepEqual(got, [spare]);
    assert.equal(starts.length, 0);
    clock.advance(99);
    assert.equal(starts.length, 0);
    clock.advance(1);
    assert.equal(starts.length, 1);
  });

  it("starts for runs that wait, so many at once as it may, and serves them in their order", async () => {
    const { starts, take, next } = open({ spare: 0, max: 4 });
    const runs = [take(), take(), take()];
    assert.equal(starts.length, 2);
    const first = await next().succeed();
    assert.equal(starts.length, 2);
    const second = await next().succeed();
    const third = await next().succeed();
    assert.deepEqual(
      runs.map(({ got }) => got),
      [[first], [second], [third]],
    );
    assert.equal(starts.length, 0);
  });

  it("never has more than the most, and tells who waits when one is gone", async () => {
    const { pool, clock, starts, take, next } = open({ spare: 2, max: 2 });
    pool.wantSpares(true);
    let told = 0;
    const stop = pool.onFree(() => (told += 1));
    const first = await next().succeed();
    await next().succeed();
    take();
    take();
    assert.equal(pool.free, 0);
    refused(pool);
    clock.advance(1_000);
    assert.equal(starts.length, 0);
    assert.equal(told, 0);
    await first.end();
    assert.equal(pool.free, 1);
    assert.equal(told, 1);
    assert.equal(starts.length, 1);
    stop();
  });

  it("forgets a run that no longer waits", async () => {
    const { pool, take, next } = open({ spare: 0, max: 1 });
    const cancelled = new AbortController();
    const { codes } = take(cancelled.signal);
    assert.equal(pool.free, 0);
    cancelled.abort();
    await settled();
    assert.deepEqual(codes, ["no-process"]);
    assert.equal(pool.free, 1);
    const process = await next().succeed();
    assert.equal(process.killed, true, "nobody wants it");
  });

  describe("when starts fail", () => {
    it("waits longer each time, takes no more runs after three, and says so once", async () => {
      const { pool, clock, log, starts, take, next } = open({ spare: 0, max: 2 });
      const { codes } = take();
      const pauses: number[] = [];
      for (let failures = 1; failures <= 3; failures += 1) {
        await next().fail();
        assert.equal(starts.length, 0);
        pauses.push(clock.nextInMs ?? 0);
        if (failures < 3) {
          assert.deepEqual(codes, []);
          clock.advance(clock.nextInMs ?? 0);
          // The pause before spares is a timer too.
          if (starts.length === 0) clock.advance(clock.nextInMs ?? 0);
        }
      }
      assert.deepEqual(codes, ["no-process"]);
      assert.equal(pool.free, 0);
      refused(pool);
      assert.equal(log.lines.length, 1);
      assert((pauses[2] ?? 0) >= 500, JSON.stringify(pauses));
    });

    it("tries one in spite of that, and is free again with it", async () => {
      const { pool, clock, log, starts, take, next } = open({ spare: 0, max: 2 });
      pool.wantSpares(true);
      take();
      for (let failures = 0; failures < 3; failures += 1) {
        if (starts.length === 0) clock.advance(2_000);
        await next().fail();
      }
      assert.equal(pool.free, 0);
      let told = 0;
      pool.onFree(() => (told += 1));
      clock.advance(30_000);
      const process = await next().succeed();
      assert.equal(pool.free, 2);
      assert.equal(told, 1);
      const { got } = take();
      await settled();
      assert.deepEqual(got, [process]);
      assert.equal(log.lines.length, 2);
    });

    it("counts spares that end unused: they are not started again and again", async () => {
      const { pool, clock, log, starts, next } = open({ spare: 1, max: 2 });
      pool.wantSpares(true);
      for (let failures = 1; failures <= 5; failures += 1) {
        const process = await next().succeed();
        await process.end();
        assert.equal(starts.length, 0);
        clock.advance(30_000);
      }
      assert.equal(log.lines.length, 1);
    });
  });

  it("ends spares and starts, and gives up who waits, when it is closed", async () => {
    const { pool, take, next } = open({ spare: 1, max: 3 });
    pool.wantSpares(true);
    const running = await next().succeed();
    take();
    await settled();
    const waiting = take();
    let closed = false;
    const closing = pool.close().then(() => (closed = true));
    await settled();
    assert.deepEqual(waiting.codes, ["no-process"]);
    assert.equal(closed, false, "a run has a process still");
    refused(pool);
    await running.end();
    await closing;
    assert.equal(pool.counts.alive, 0);
  });
});
