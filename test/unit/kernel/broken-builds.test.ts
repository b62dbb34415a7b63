import assert from "node:assert/strict";
import { inRepository, testsBuilt } from "../../support/built.ts";
import { assertCaught, runBroken, type BrokenBuild } from "../../support/broken-build.ts";
import type { BrokenRun } from "../../support/broken-process.ts";
import { brokenKernels } from "../../support/kernel-model/broken-builds.ts";

const mocha = inRepository("node_modules/mocha/bin/mocha.js");
const deadlineMs = 60_000;

/** Runs the model's tests of the invariant that has to catch the defect. */
const run = (build: BrokenBuild): Promise<BrokenRun> => {
  const invariant = build.caughtBy.replace("violated ", "");
  const only = ["--grep", `keeps ${invariant} on`, "--bail"];
  const model = [mocha, "--no-config", "test/unit/kernel/model.test.js", ...only];
  return runBroken(build, model, deadlineMs, { MODEL_SHRINK: "no" });
};

/** The same copy and command without a defect: what fails in the others is the defect. */
const sound: BrokenBuild = {
  name: "sound-kernel",
  patch: { file: "src/kernel/cell/cell.ts", find: "export class Cell ", replace: "export class Cell " },
  caughtBy: "violated I7",
};

describe("kernel model: broken builds", function () {
  this.timeout(3 * deadlineMs);
  before(testsBuilt);

  for (const build of brokenKernels) {
    it(`${build.name} is caught`, async () => {
      assertCaught(build, await run(build));
    });
  }

  it("the sound kernel passes", async () => {
    const { code, output } = await run(sound);
    assert.equal(code, 0, output.slice(-2_000));
  });
});
