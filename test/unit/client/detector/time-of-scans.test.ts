import assert from "node:assert/strict";
import { Scans } from "../../../../src/client/detector/scans.ts";
import type { DetectionEngine, ScanResult } from "../../../../src/engines/malware/index.ts";
import type { TaskResult } from "../../../../src/wire/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { until } from "../../../support/until.ts";

const scanTimeoutMs = 1_000;
const clean: ScanResult = { outcome: "verdict", trust: "white", names: [] };

describe("the time that a scan has", () => {
  const clock = new ManualClock();
  const sha256 = "a".repeat(64);
  let tasks = 0;
  let ends: (() => void)[] = [];
  let results: TaskResult[] = [];
  let scans: Scans;

  beforeEach(() => {
    ends = [];
    results = [];
    const engine: DetectionEngine = {
      capacity: 1,
      describe: () => ({
        ...{ kind: "yara", class: "static", taskTypes: ["sample-file"] },
        ...{ engineVersion: "1", signatureVersion: "1" },
      }),
      scan: (_, signal) =>
        new Promise((resolve) => {
          ends.push(() => resolve(clean));
          signal.addEventListener("abort", () => resolve({ outcome: "error", failure: "timeout", message: "ended" }));
        }),
      close: () => Promise.resolve(),
    };
    scans = new Scans({
      engine,
      objects: { file: () => Promise.resolve({ path: "/object", release: () => Promise.resolve() }) },
      clock,
      scanTimeoutMs,
      onResult: (result) => results.push(result),
      onHung: (error) => assert.fail(error),
    });
  });
  afterEach(() => scans.end(0));

  const add = (leftMs: number): void => {
    const taskId = `t-${(tasks += 1).toString(16).padStart(32, "0")}`;
    const object = { sha256, size: 6, path: "/object" };
    scans.add([{ taskId, kind: "yara", nth: 0, taskType: "sample-file", leftMs, object }]);
  };
  const begun = (count: number): Promise<void> =>
    until(
      () => ends.length === count,
      () => `${ends.length} begun`,
    );
  const saidOf = async (at: number): Promise<string | undefined> => {
    await until(
      () => results.length > at,
      () => `${results.length} results`,
    );
    const result = results[at]?.result;
    return result?.outcome === "error" ? result.failure : result?.outcome;
  };

  it("begins with the scan: one that waited for another to run out of time has its own", async () => {
    add(60_000);
    add(60_000);
    await begun(1);
    clock.advance(scanTimeoutMs);
    assert.equal(await saidOf(0), "timeout");
    await begun(2);
    clock.advance(scanTimeoutMs - 1);
    ends[1]?.();
    assert.equal(await saidOf(1), "verdict");
  });

  it("ends when nobody waits for the result any more, also for one that waited", async () => {
    add(60_000);
    add(scanTimeoutMs + 300);
    await begun(1);
    clock.advance(scanTimeoutMs);
    await begun(2);
    clock.advance(300);
    assert.equal(await saidOf(1), "timeout");
  });
});
