import { brokenBuilds } from "../../../simulation/broken-builds.ts";
import type { BrokenLayer } from "../../../simulation/broken-simulation.ts";
import { assertCaught, runBroken } from "../../../support/broken-build.ts";
import { testsBuilt } from "../../../support/built.ts";

const seeds = 200;
const deadlineMs = 120_000;

/** Tests that the simulation finds each of the defects of one layer. */
export const testBrokenLayer = (layer: BrokenLayer): void => {
  describe(`broken builds of the simulation: ${layer}`, function () {
    this.timeout(deadlineMs + 60_000);
    before(testsBuilt);

    for (const build of brokenBuilds.filter((each) => each.layer === layer)) {
      it(`${build.name} is found within ${seeds} seeds`, async () => {
        const range = ["--seeds", String(seeds), "--seed", String(build.firstSeed)];
        // In one process: to start others takes as long as most defects take to show.
        const flags = ["test/simulation/main.js", ...range, "--workers", "0", "--until", build.invariant];
        assertCaught(build, await runBroken(build, flags, deadlineMs));
      });
    }
  });
};
