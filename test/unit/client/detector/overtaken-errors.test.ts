import assert from "node:assert/strict";
import { ResultOutbox } from "../../../../src/client/detector/result-outbox.ts";
import { ClientError } from "../../../../src/client/errors.ts";
import type { ScanResult } from "../../../../src/engines/malware/index.ts";
import type { AssignedTask, TaskResult } from "../../../../src/wire/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { until } from "../../../support/until.ts";

describe("errors that wait for a relay", () => {
  const taskOf = (digit: string): AssignedTask => ({
    ...{ taskId: `t-${digit.repeat(32)}`, kind: "yara", nth: 0, taskType: "sample-file", leftMs: 60_000 },
    object: { sha256: "a".repeat(64), size: 1, path: "/object" },
  });
  const resultOf = (digit: string, result: ScanResult): TaskResult => {
    const { taskId, kind, nth } = taskOf(digit);
    return { taskId, kind, nth, result, tookMs: 1 };
  };
  const gone: ScanResult = { outcome: "error", failure: "failed", message: "ENOENT" };
  const clean: ScanResult = { outcome: "verdict", trust: "white", names: [] };

  it("are not told of tasks that came again meanwhile; verdicts are, and errors of others", async () => {
    const clock = new ManualClock();
    const told: (readonly TaskResult[])[] = [];
    let failures = 0;
    let isThere = false;
    const outbox = new ResultOutbox({
      calls: {
        report: (results) => {
          if (!isThere) return Promise.reject(new ClientError("unavailable", "the relay begins"));
          told.push(results);
          return Promise.resolve();
        },
      },
      clock,
      onGone: () => undefined,
      onFailure: () => (failures += 1),
      onRefused: (_, error) => assert.fail(error),
    });
    const over = new AbortController();
    const running = outbox.run(over.signal);
    for (const result of [resultOf("1", gone), resultOf("2", clean), resultOf("3", gone)]) outbox.add(result);
    await until(
      () => failures === 1,
      () => failures,
    );
    isThere = true;
    outbox.forgetErrors([taskOf("1"), taskOf("2")]);
    assert.equal(outbox.size, 2);
    clock.advance(100);
    await until(
      () => outbox.size === 0,
      () => told,
    );
    assert.deepEqual(
      told.flat().map(({ taskId, result }) => [taskId[2], result.outcome]),
      [
        ["2", "verdict"],
        ["3", "error"],
      ],
    );
    over.abort();
    await running;
  });
});
