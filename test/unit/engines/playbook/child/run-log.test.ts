import assert from "node:assert/strict";
import { RunLog } from "../../../../../src/engines/playbook/child/run/run-log.ts";
import type { LogLine } from "../../../../../src/engines/playbook/index.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";

describe("the log of a run", () => {
  const line = (text: string): LogLine => ({ atMs: 1, level: "info", text });

  it("goes in batches, the last one at once", () => {
    const sent: (readonly LogLine[])[] = [];
    const clock = new ManualClock();
    const log = new RunLog((lines) => sent.push(lines), clock);
    log.add(line("a"));
    log.add(line("b"));
    assert.deepEqual(sent, []);
    clock.advance(50);
    assert.deepEqual(sent, [[line("a"), line("b")]]);
    log.add(line("c"));
    log.flush();
    log.flush();
    assert.deepEqual(sent.slice(1), [[line("c")]]);
    assert.equal(clock.pending, 0);
  });

  it("keeps the last lines of many, and tells how many it left out", () => {
    const sent: LogLine[] = [];
    const clock = new ManualClock();
    const log = new RunLog((lines) => sent.push(...lines), clock);
    for (let n = 1; n <= 1_000; n += 1) log.add(line(String(n)));
    clock.advance(50);
    assert.equal(sent.length, 200);
    assert.deepEqual(
      [sent[0]?.text, sent[1]?.text, sent.at(-1)?.text],
      ["801 earlier lines are left out", "802", "1000"],
    );
  });
});
