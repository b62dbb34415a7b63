import assert from "node:assert/strict";
import { setImmediate as settled } from "node:timers/promises";
import { RunJournal } from "../../../../src/actors/respond/execution/run-journal.ts";
import { RunLog } from "../../../../src/actors/respond/execution/run-log.ts";
import type { RunRecord } from "../../../../src/actors/respond/records/run-record.ts";
import type { Change } from "../../../../src/store/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

const run: RunRecord = {
  ...{ state: "running", event: "fw1/e1", playbook: { id: "block", version: "0".repeat(64) }, priority: 100 },
  ...{ createdAtMs: 1, executions: 1, steps: { started: 0, done: 0, failed: 0 }, resumes: 0 },
};

describe("the journal of a run", () => {
  it("keeps one log after the other: while the store does not answer, they do not pile up", async () => {
    const writes: (readonly Change[])[] = [];
    const pending: (() => void)[] = [];
    const writer = {
      claim: {
        ...{ queue: "runs", id: "r1", token: 1, body: null, group: undefined, checkpoint: undefined },
        ...{ failures: 0, losses: 0, deadlineMs: 1 },
      },
      write: (changes: readonly Change[]): Promise<void> => {
        writes.push(changes);
        return new Promise((resolve) => pending.push(resolve));
      },
    };
    const setup = { clock: new ManualClock(), writer, notify: () => undefined };
    const journal = new RunJournal(setup, {
      ...{ id: "r1", playbook: { kind: "module" }, run, steps: [], log: new RunLog([]) },
    });
    for (const text of ["one", "two", "three"]) {
      journal.logged([{ atMs: 1, level: "info", text }]);
      journal.keepLog();
    }
    assert.equal(writes.length, 1);
    pending.shift()?.();
    await settled();
    journal.keepLog();
    const [change] = writes[1] ?? [];
    assert.ok(change?.type === "put" && Array.isArray(change.value));
    assert.equal(change.value.length, 3);
  });
});
