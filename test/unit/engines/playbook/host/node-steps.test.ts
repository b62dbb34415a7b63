import assert from "node:assert/strict";
import { nextTurn } from "../../../../../src/base/event-loop.ts";
import type { NodeCall, StepResult } from "../../../../../src/engines/playbook/index.ts";
import { NodeSteps } from "../../../../../src/engines/playbook/host/node-steps.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";
import { runOf } from "../../../../support/playbook-runs.ts";

const done: StepResult = { state: "done", output: null };

describe("steps that a node executes for a run", () => {
  const stepsOf = (run: (call: NodeCall, signal: AbortSignal) => Promise<StepResult>) => {
    const clock = new ManualClock();
    const settled: (readonly [number, StepResult])[] = [];
    const steps = new NodeSteps({
      commands: { run },
      work: runOf(""),
      clock,
      settled: (n, result) => void settled.push([n, result]),
    });
    for (const n of [1, 2]) steps.run({ n, name: "bash", input: {}, by: "node", idempotent: false, heard: 0 });
    return { steps, clock, settled };
  };

  it("is over when all have settled, aborted or not", async () => {
    const { steps, clock, settled } = stepsOf(
      ({ n }, signal) =>
        new Promise((resolve) => {
          if (n === 1) resolve(done);
          else signal.addEventListener("abort", () => resolve(done));
        }),
    );
    steps.abortAll("the run ends");
    await steps.none();
    assert.deepEqual(
      settled.map(([n]) => n),
      [1, 2],
    );
    assert.equal(clock.pending, 0);
  });

  it("waits 30 s at most for a command that does not end when it is aborted", async () => {
    const { steps, clock, settled } = stepsOf(({ n }) =>
      n === 1 ? Promise.resolve(done) : new Promise(() => undefined),
    );
    steps.abortAll("the run ends");
    let isOver = false;
    const over = steps.none().then(() => (isOver = true));
    clock.advance(29_999);
    await nextTurn();
    assert.equal(isOver, false);
    clock.advance(1);
    await over;
    assert.deepEqual(settled, [[1, done]]);
    assert.equal(steps.has(2), true);
  });
});
