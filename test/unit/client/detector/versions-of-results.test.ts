import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../../src/base/clock.ts";
import { Scans } from "../../../../src/client/detector/scans.ts";
import type { DetectionEngine, ScanResult } from "../../../../src/engines/malware/index.ts";
import type { TaskResult } from "../../../../src/wire/index.ts";
import { sha256Of } from "../../../support/detect-centre.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { until } from "../../../support/until.ts";

const clean: ScanResult = { outcome: "verdict", trust: "white", names: [] };

describe("the version that a detector says with a result", () => {
  const folder = tempDir("result-versions");
  const path = join(folder.path, "object");
  writeFileSync(path, "object");
  after(() => folder.remove());

  /** @param scan is told how often it was called, and may change the signatures */
  const resultOf = async (scan: (times: number, renew: () => void) => ScanResult): Promise<TaskResult> => {
    let signatures = 1;
    let times = 0;
    const engine: DetectionEngine = {
      capacity: 1,
      describe: () => ({
        ...{ kind: "yara", class: "static", taskTypes: ["sample-file"], engineVersion: "1" },
        signatureVersion: `${signatures}`,
      }),
      scan: () => Promise.resolve(scan((times += 1), () => (signatures += 1))),
      close: () => Promise.resolve(),
    };
    const results: TaskResult[] = [];
    const scans = new Scans({
      engine,
      objects: { file: () => Promise.resolve({ path, release: () => Promise.resolve() }) },
      clock: systemClock,
      scanTimeoutMs: 60_000,
      onResult: (result) => results.push(result),
      onHung: (error) => assert.fail(error),
    });
    const object = { sha256: sha256Of("object"), size: 6, path };
    const task = {
      taskId: `t-${"1".repeat(32)}`,
      kind: "yara",
      nth: 0,
      taskType: "sample-file",
      leftMs: 60_000,
    } as const;
    scans.add([{ ...task, object }]);
    await until(
      () => results.length > 0,
      () => `${times} scans`,
    );
    await scans.end(0);
    const [result, ...more] = results;
    assert.ok(result !== undefined && more.length === 0);
    return result;
  };

  it("is the one that it was made with", async () => {
    const { result, madeWith } = await resultOf(() => clean);
    assert.deepEqual([result, madeWith], [clean, { engineVersion: "1", signatureVersion: "1" }]);
  });

  it("is certain: a scan under which the signatures have changed is done again", async () => {
    const { result, madeWith } = await resultOf((times, renew) => {
      if (times === 1) renew();
      return times === 1 ? { outcome: "no-opinion" } : clean;
    });
    assert.deepEqual([result, madeWith?.signatureVersion], [clean, "2"]);
  });

  it("is none where they change under each scan: that is an error, and never clean", async () => {
    const { result, madeWith } = await resultOf((_, renew) => {
      renew();
      return clean;
    });
    assert.equal(result.outcome === "error" && result.failure, "failed");
    assert.equal(madeWith?.signatureVersion, "4");
  });
});
