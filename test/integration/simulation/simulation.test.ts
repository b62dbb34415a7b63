import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { text } from "node:stream/consumers";
import { inRepository, testsBuilt } from "../../support/built.ts";
import { tempDir } from "../../support/temp-dir.ts";

const seeds = 6;
const deadlineMs = 120_000;

const simulate = async (...flags: readonly string[]): Promise<string> => {
  const child = spawn(process.execPath, [inRepository(".test/test/simulation/main.js"), ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: deadlineMs,
    killSignal: "SIGKILL",
  });
  const [output] = await Promise.all([text(child.stdout), once(child, "close")]);
  return output;
};

describe("simulation", function () {
  this.timeout(deadlineMs);
  before(testsBuilt);

  it(`${seeds} seeds keep I1-I26, and give the same trace to processes that run side by side and differ in number`, async () => {
    const run = (workers: number): Promise<string> =>
      simulate("--seeds", String(seeds), "--seed", "1", "--workers", String(workers));
    // Each is load for the other: a run that depends on timing would show it.
    const [one, several] = await Promise.all([run(0), run(3)]);
    assert.match(one, new RegExp(`\nseeds ${seeds} violations 0\n$`), one);
    assert.equal(several, one);
  });

  it("refuses a flag it does not know", async () => {
    assert.equal(await simulate("--sede", "1"), "");
    assert.equal(await simulate("--seeds", "2", "--trace", "trace.log"), "");
  });

  it("replays one seed, with every step and event written to a file", async () => {
    const directory = tempDir("trace");
    try {
      const file = path.join(directory.path, "trace.log");
      const [plain, traced] = [
        await simulate("--seeds", "1", "--seed", "7", "--workers", "1"),
        await simulate("--seeds", "1", "--seed", "7", "--trace", file),
      ];
      assert.equal(traced, plain);
      const trace = await readFile(file, "utf8");
      for (const line of [
        /^\d+ [\d.]+ step n\d\.1$/m,
        /^\d+ [\d.]+ fault /m,
        / store \{"type":"claimed"/,
        / n\d\.1 \{"type":"handler-begin"/,
      ]) {
        assert.match(trace, line);
      }
    } finally {
      directory.remove();
    }
  });
});
