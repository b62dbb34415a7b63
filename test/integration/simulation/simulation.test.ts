import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { brokenBuilds } from "../../simulation/broken-builds.ts";
import { assertCaught, runBroken } from "../../support/broken-build.ts";
import { inRepository, testsBuilt } from "../../support/built.ts";
import { tempDir } from "../../support/temp-dir.ts";

const seeds = 6;
const deadlineMs = 120_000;

const node = (args: readonly string[]): { readonly output: Promise<string>; readonly end: () => void } => {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], timeout: deadlineMs });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  return {
    output: new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", () => resolve(output));
    }),
    end: () => child.kill("SIGKILL"),
  };
};

const simulate = (...flags: readonly string[]): Promise<string> =>
  node([inRepository(".test/test/simulation/main.js"), ...flags]).output;

/** Keeps the processors busy, so that a run which depends on timing would show it. */
const load = (): (() => void) => {
  const burners = Array.from({ length: availableParallelism() }, () => node(["-e", "for (;;);"]));
  return () => {
    for (const burner of burners) burner.end();
  };
};

describe("simulation", function () {
  this.timeout(deadlineMs);
  before(testsBuilt);

  it(`${seeds} seeds keep I1-I6, I8-I17, and give the same trace in a second process under load`, async () => {
    const quiet = await simulate("--seeds", String(seeds), "--seed", "1");
    const release = load();
    try {
      const loaded = await simulate("--seeds", String(seeds), "--seed", "1");
      assert.match(quiet, new RegExp(`\nseeds ${seeds} violations 0\n$`), quiet);
      assert.equal(loaded, quiet);
    } finally {
      release();
    }
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
        await simulate("--seeds", "1", "--seed", "7"),
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

describe("broken builds of the simulation", function () {
  this.timeout(3 * deadlineMs);
  before(testsBuilt);

  for (const build of brokenBuilds) {
    it(`${build.name} is found within 200 seeds`, async () => {
      const flags = ["test/simulation/main.js", "--seeds", "200", "--seed", String(build.firstSeed), "--bail"];
      assertCaught(build, await runBroken(build, flags, deadlineMs));
    });
  }
});
