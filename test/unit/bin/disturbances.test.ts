import assert from "node:assert/strict";
import { Disturbances, type Disturbance } from "../../../src/bin/demo/disturbances.ts";
import { ManualClock } from "../../support/manual-clock.ts";

describe("disturbances of a run", () => {
  let told: string[];
  let clock: ManualClock;
  beforeEach(() => {
    told = [];
    clock = new ManualClock();
  });

  const setup = (...planned: readonly Disturbance[]): Disturbances =>
    new Disturbances({ planned, unit: "requests", clock, say: (line) => told.push(line) });
  /** One that is mended when the test says so. */
  const disturbance = (what: string, after: number, mended: Promise<void> = Promise.resolve()): Disturbance => ({
    what,
    after,
    strike: () => {
      told.push(`${what} struck`);
      return Promise.resolve();
    },
    mend: () => mended,
  });

  it("come when they are due, each once, and wait until the one before is made good", async () => {
    let mend: () => void = () => undefined;
    const first = disturbance("a", 10, new Promise((resolve) => (mend = resolve)));
    const second = disturbance("b", 20);
    const run = setup(first, second);
    run.look(9);
    assert.equal(told.length, 0);
    clock.advance(500);
    run.look(12);
    run.look(30);
    assert.equal(told.join(), "a struck");
    assert.deepEqual([run.struckAtMs(first), run.struckAtMs(second)], [clock.monotonicMs(), undefined]);
    mend();
    await run.settled();
    run.look(30);
    await run.settled();
    run.look(40);
    await run.settled();
    const said = told.filter((line) => line.endsWith("struck"));
    assert.deepEqual(said, ["a struck", "b struck"]);
    assert.ok(told.includes("a after 12 requests, and started again"));
    assert.deepEqual(run.missed, []);
  });

  it("are missed when the run was too short, and fail it when they cannot be made good", async () => {
    const late = disturbance("late", 1_000);
    const run = setup(disturbance("a", 1, Promise.reject(new Error("it does not start"))), late);
    run.look(5);
    await assert.rejects(run.settled(), /does not start/);
    assert.throws(() => run.look(2_000), /does not start/);
    assert.deepEqual(run.missed, [late]);
  });
});
