import assert from "node:assert/strict";
import { LineGate } from "../../../../../src/engines/playbook/host/line-gate.ts";
import type { LogLine } from "../../../../../src/engines/playbook/index.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";

const lines = (count: number): readonly LogLine[] =>
  Array.from({ length: count }, (_, at) => ({ atMs: at, level: "info", text: `line ${at}` }));

const open = () => {
  const clock = new ManualClock();
  const passed: LogLine[] = [];
  return { clock, passed, gate: new LineGate(clock, (some) => passed.push(...some)) };
};

describe("the gate of a run's lines", () => {
  it("passes on what is little", () => {
    const { gate, passed } = open();
    gate.add(lines(150));
    gate.add(lines(50));
    gate.end();
    assert.equal(passed.length, 200);
  });

  it("leaves out what is too much, and says how much that is when it passes on again", () => {
    const { clock, gate, passed } = open();
    gate.add(lines(1_000));
    gate.add(lines(1_000));
    assert.equal(passed.length, 200);
    clock.advance(1_000);
    gate.add(lines(60));
    assert.deepEqual(
      passed.slice(200, 202).map(({ level, text }) => [level, text]),
      [
        ["warn", "1800 lines were left out: there were too many"],
        ["info", "line 0"],
      ],
    );
    gate.end();
    assert.equal(passed.at(-1)?.text, "10 lines were left out: there were too many");
    assert.equal(passed.length, 200 + 1 + 50 + 1);
  });
});
