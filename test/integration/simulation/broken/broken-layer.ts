import { stop } from "esbuild";
import { brokenBuilds } from "../../../simulation/broken-builds.ts";
import type { BrokenLayer } from "../../../simulation/broken-simulation.ts";
import { assertCaught } from "../../../support/broken-build.ts";
import { runBrokenBundle } from "../../../support/broken-bundle.ts";

const seeds = 200;
const deadlineMs = 120_000;

/** The first defect of each invariant shows that its checker can fail. All of them take four minutes of a core: `npm run test:all`. */
const chosen =
  process.env["GARRISON_BROKEN_BUILDS"] === "all"
    ? brokenBuilds
    : brokenBuilds.filter(
        ({ invariant }, at) => brokenBuilds.findIndex((other) => other.invariant === invariant) === at,
      );

/** Tests that the simulation finds the defects of one layer. */
export const testBrokenLayer = (layer: BrokenLayer): void => {
  describe(`broken builds of the simulation: ${layer}`, function () {
    this.timeout(deadlineMs + 60_000);
    after(stop);

    for (const build of chosen.filter((each) => each.layer === layer)) {
      it(`${build.name} is found within ${seeds} seeds`, async () => {
        const range = ["--seeds", String(seeds), "--seed", String(build.firstSeed)];
        // In one process: to start others takes as long as most defects take to show.
        const flags = [...range, "--workers", "0", "--until", build.invariant];
        assertCaught(build, await runBrokenBundle(build, "test/simulation/main.ts", flags, deadlineMs));
      });
    }
  });
};
