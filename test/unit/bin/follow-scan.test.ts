import assert from "node:assert/strict";
import { noOptions, startRun, taskQueue, type RunRequest } from "../../../src/actors/scan/index.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { followRun, type RunProgress } from "../../../src/bin/local/follow-scan.ts";
import { StoreError, type Space } from "../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore, type Carry } from "../../../src/store/memory/index.ts";

const requestOf = (targets: readonly string[]): RunRequest => ({ targets, bundle: "0".repeat(64), options: noOptions });

describe("following a run", () => {
  const database = (): ReturnType<typeof createMemoryDatabase> => createMemoryDatabase({ clock: systemClock });
  const follow = (
    space: Space,
    taskIds: readonly string[],
    signal: AbortSignal,
    silences: StoreError[] = [],
  ): Promise<RunProgress> =>
    followRun({
      space,
      taskIds,
      clock: systemClock,
      signal,
      onProgress: () => undefined,
      onSilence: (error) => silences.push(error),
    });
  const finish = async (space: Space, id: string): Promise<void> => {
    const request = { queue: taskQueue, owner: "n", slots: 1, leaseMs: 1_000, holding: 0, ids: [id] };
    const [claim] = (await space.queue.claim(request)).claims;
    assert.ok(claim);
    await space.commit(undefined, [{ type: "finish", claim, outcome: "failed" }]);
  };

  it("looks at thousands of scans with few calls at once", async () => {
    const shared = database();
    const targets = Array.from({ length: 2_000 }, (_, at) => `http://h${at}.test/`);
    const { taskIds } = await startRun(openMemoryStore(shared).space("scan"), systemClock, requestOf(targets));
    let open = 0;
    let most = 0;
    const counting: Carry = async (run) => {
      open += 1;
      most = Math.max(most, open);
      await Promise.resolve();
      open -= 1;
      return run();
    };
    const progress = await follow(openMemoryStore(shared, counting).space("scan"), taskIds, AbortSignal.abort());
    assert.equal(progress.ended, false);
    assert.ok(progress.tasks.every((task) => task?.status === "waiting"));
    assert.ok(most <= 100, `${most} calls at once`);
  });

  it("goes on when the store did not answer, and says so", async () => {
    const shared = database();
    const space = openMemoryStore(shared).space("scan");
    const { taskIds } = await startRun(space, systemClock, requestOf(["http://a.test/"]));
    await finish(space, "run1-0");
    let failures = 2;
    const flaky: Carry = async (run) => {
      failures -= 1;
      if (failures >= 0) throw new StoreError("deadline", "no answer", { retryable: true });
      return Promise.resolve(run());
    };
    const silences: StoreError[] = [];
    const flakySpace = openMemoryStore(shared, flaky).space("scan");
    const progress = await follow(flakySpace, taskIds, new AbortController().signal, silences);
    assert.equal(progress.ended, true);
    assert.equal(silences.length, 2);
  });

  it("fails when the store is gone for good", async () => {
    const shared = database();
    const { taskIds } = await startRun(
      openMemoryStore(shared).space("scan"),
      systemClock,
      requestOf(["http://a.test/"]),
    );
    const gone: Carry = () => Promise.reject(new StoreError("closed", "gone"));
    const call = follow(openMemoryStore(shared, gone).space("scan"), taskIds, new AbortController().signal);
    await assert.rejects(call, { code: "closed" });
  });
});
