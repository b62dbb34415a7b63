import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../../src/base/clock.ts";
import { systemRandom } from "../../../../src/base/random.ts";
import { noTracing } from "../../../../src/base/tracing.ts";
import { runDetector, type ScanResult } from "../../../../src/client/detector/index.ts";
import { ControlError, Refusals, startRelayDoor } from "../../../../src/control/index.ts";
import type { AssignedTask } from "../../../../src/wire/index.ts";
import { gate } from "../../../support/actors.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { until } from "../../../support/until.ts";

const sha256 = "a".repeat(64);
const task: AssignedTask = {
  taskId: `t-${"1".repeat(32)}`,
  kind: "yara",
  nth: 0,
  taskType: "sample-file",
  leftMs: 60_000,
  object: { sha256, size: 1, path: "/proc/self/stat" },
};
const clean: ScanResult = { outcome: "verdict", trust: "white", names: [] };

describe("a claim whose answer is lost", () => {
  it("is followed by none until the relay has heard twice that the detector has nothing", async () => {
    const folder = tempDir("lost-claim");
    chmodSync(folder.path, 0o700);
    const socket = join(folder.path, "relay.sock");
    const scans = gate();
    const ending = new AbortController();
    const said: string[] = [];
    const has = (...steps: readonly string[]): Promise<void> =>
      until(
        () => steps.every((step) => said.includes(step)),
        () => said,
      );
    const door = await startRelayDoor({
      socket,
      desk: {
        heartbeat: ({ load }) => {
          said.push(`load ${load}`);
          return Promise.resolve({ heartbeatMs: 20 });
        },
        claimTasks: async (_, signal) => {
          const claims = said.filter((step) => step.startsWith("claim")).length;
          said.push(`claim ${claims + 1}`);
          if (claims === 0) return [task];
          // What a detector sees that had no time to read the answer.
          if (claims === 1) throw new ControlError("deadline", "it came too late");
          await new Promise((resolve) => signal?.addEventListener("abort", resolve));
          return [];
        },
        fetchObject: async function* (): AsyncGenerator<Uint8Array> {
          yield await Promise.resolve(Buffer.from("x"));
        },
        reportResults: () => Promise.resolve(void said.push("result")),
      },
      clock: systemClock,
      random: systemRandom,
      log: new CapturedLog().logger,
      tracing: noTracing,
      refusals: new Refusals(),
      statistics: () => undefined,
    });
    const detector = runDetector({
      engine: {
        capacity: 2,
        describe: () => ({
          ...{ kind: "yara", class: "static", taskTypes: ["sample-file"] },
          ...{ engineVersion: "1", signatureVersion: "1" },
        }),
        scan: async () => {
          await scans.opened;
          return clean;
        },
        close: () => Promise.resolve(),
      },
      socket,
      signal: ending.signal,
    });
    try {
      await has("claim 2", "load 1");
      scans.open();
      await has("result", "claim 3");
      const between = said.slice(said.indexOf("claim 2"), said.indexOf("claim 3"));
      assert.ok(between.slice(between.indexOf("result")).filter((step) => step === "load 0").length >= 2, said.join());
    } finally {
      ending.abort();
      await detector;
      await door?.close();
      folder.remove();
    }
  });
});
