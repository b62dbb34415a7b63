import assert from "node:assert/strict";
import fc from "fast-check";
import { assertNone, kernelInvariants } from "../../support/invariants/index.ts";
import { schedules } from "../../support/kernel-model/schedule.ts";
import { World } from "../../support/kernel-model/world.ts";
import { dispatcherKinds } from "../../support/kernel.ts";

/** More runs with another seed: `MODEL_RUNS=5000 MODEL_SEED=7 npx mocha test/unit/kernel/model.test.ts`. */
const numRuns = Number(process.env["MODEL_RUNS"] ?? 60);
const seed = Number(process.env["MODEL_SEED"] ?? 1);

describe("kernel model: random schedules", function () {
  this.timeout(numRuns * 500);
  for (const kind of dispatcherKinds) {
    for (const [id, check] of Object.entries(kernelInvariants)) {
      it(`keeps ${id} on ${kind}`, async () => {
        const property = fc.asyncProperty(schedules, async (schedule) => {
          const world = new World(kind, schedule.seed);
          const history = await world.play(schedule);
          assertNone(check(history), history);
          const { sent, waiting, actors, openAsks } = world.kernel.system.counters();
          assert.deepEqual(
            { sent, waiting, actors, openAsks, unsettledAsks: world.openAsks },
            { sent: world.told, waiting: 0, actors: 0, openAsks: 0, unsettledAsks: 0 },
          );
        });
        await fc.assert(property, { numRuns, seed });
      });
    }
  }
});
