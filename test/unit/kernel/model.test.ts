import assert from "node:assert/strict";
import fc from "fast-check";
import type { History } from "../../support/history.ts";
import { assertNone, kernelInvariants } from "../../support/invariants/index.ts";
import { schedules } from "../../support/kernel-model/schedule.ts";
import { play } from "../../support/kernel-model/play.ts";
import type { World } from "../../support/kernel-model/world.ts";
import { dispatcherKinds } from "../../support/kernel.ts";
import { seedOf } from "../../support/seed.ts";

/** More runs with another seed: `MODEL_RUNS=5000 GARRISON_SEED=7 npx mocha test/unit/kernel/model.test.ts`. `MODEL_SHRINK=no` ends at the first failure. */
const numRuns = Number(process.env["MODEL_RUNS"] ?? 150);
const seed = seedOf();

describe("kernel model: random schedules", function () {
  this.timeout(numRuns * 500);
  for (const kind of dispatcherKinds) {
    for (const [id, check] of Object.entries(kernelInvariants)) {
      it(`keeps ${id} on ${kind}`, async () => {
        const property = fc.asyncProperty(schedules, async (schedule) => {
          const { world, history } = await play(kind, schedule);
          assertNone(check(history), history);
          const { sent, waiting, actors, openAsks } = world.kernel.system.counters();
          assert.deepEqual(
            { sent, waiting, actors, openAsks, unsettledAsks: world.openAsks },
            { sent: world.told, waiting: 0, actors: 0, openAsks: 0, unsettledAsks: 0 },
          );
        });
        await fc.assert(property, { numRuns, seed, endOnFailure: process.env["MODEL_SHRINK"] === "no" });
      });
    }

    it(`reaches every branch on ${kind}`, async () => {
      const reached = new Map<string, number>();
      for (const schedule of fc.sample(schedules, { numRuns, seed })) {
        const { world, history } = await play(kind, schedule);
        for (const [what, times] of countBranches(history, world)) {
          reached.set(what, (reached.get(what) ?? 0) + times);
        }
      }
      const tooFew = [...reached].filter(([, times]) => times < 5);
      assert.deepEqual(tooFew, []);
    });
  }
});

/** How often what the invariants are about has happened. */
const countBranches = (history: History, { kernel: { system, log } }: World): Map<string, number> => {
  const events = (type: string): number => history.filter((event) => event.type === type).length;
  const failed = (handler: string): number =>
    history.filter((event) => event.type === "handler-end" && event.handler === handler && event.failed).length;
  const { restarts, dropped } = system.counters();
  const { counts } = system.deadLetters;
  return new Map([
    ["restarts", restarts],
    ["restarts with a sibling", log.of("an actor restarts with its sibling").length],
    ["failures while a life ends", log.of("an actor failed while its life was ending").length],
    ["abandoned handlers", events("abandoned")],
    ["terminations told", events("terminated")],
    ["watches withdrawn", events("unwatch")],
    ["stops", events("stopped")],
    ["spawns", events("spawn")],
    ["messages dropped", dropped],
    ["messages rejected", counts.rejected],
    ["messages to the dead", counts.stopped],
    ["messages that crashed", counts.crashed],
    ["messages abandoned", counts.abandoned],
    ["failed initial", failed("initial")],
    ["failed stopped", failed("stopped")],
    ["failed notice", failed("notice")],
    ["escalations", log.lines.filter(({ decision }) => decision === "escalate").length],
    ["resumes", log.lines.filter(({ decision }) => decision === "resume").length],
    ["stops by supervision", log.lines.filter(({ decision }) => decision === "stop").length],
  ]);
};
