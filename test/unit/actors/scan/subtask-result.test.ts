import assert from "node:assert/strict";
import { Problems } from "../../../../src/actors/scan/problems.ts";
import { subtaskChanges } from "../../../../src/actors/scan/probes/subtask-result.ts";
import type { SubtaskOutcome } from "../../../../src/actors/scan/index.ts";
import { reportKey } from "../../../../src/actors/scan/records/keys.ts";
import { parseReport, type ScanProblem, type SubtaskReport } from "../../../../src/actors/scan/report.ts";
import { specOf } from "../../../support/scan-node.ts";
import { bounds, type Change, type Claim } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

const requests = { planned: 1, sent: 1, failed: 0, skipped: 0, unneeded: 0 };
const outcomeOf = (more: Partial<SubtaskOutcome>): SubtaskOutcome => ({
  ...{ findings: [], droppedFindings: 0, requests, problems: [] },
  ...more,
});

describe("what a subtask leaves in the store", () => {
  const space = openMemoryStore(createMemoryDatabase({ clock: new ManualClock() })).space("scan");
  let items = 0;

  /** Makes the changes and commits them, as a probe does; returns them with the report that is then there. */
  const stored = async (
    outcome: SubtaskOutcome,
  ): Promise<{ readonly changes: readonly Change[]; readonly report: SubtaskReport }> => {
    const id = `a.${items++}`;
    const body = { taskId: "a", ...specOf("a"), priority: 100, templates: ["t"], requests: 1 };
    await space.queue.add("subtasks", [{ id, body }]);
    const request = { queue: "subtasks", owner: "n", slots: 1, leaseMs: 1_000, holding: 0 };
    const [claim] = (await space.queue.claim(request)).claims as [Claim];
    const changes = subtaskChanges(claim, body, outcome);
    await space.commit({ type: "claim", claim }, changes);
    const record = await space.records.get(reportKey("a", id));
    return { changes, report: parseReport(record?.value ?? null) };
  };

  it("is one commit, however many findings there are; those too many are counted and named", async () => {
    const findings = Array.from({ length: 2_000 }, (_, n) => ({ n }));
    const { changes, report } = await stored(outcomeOf({ findings, droppedFindings: 5 }));
    assert.equal(changes.length, bounds.changes);
    assert.equal(report.findings, bounds.changes - 2);
    assert.equal(report.lostFindings, 2_000 - (bounds.changes - 2) + 5);
    assert.match(report.problems[0]?.what ?? "", /^1007 findings were too many or too large/);
  });

  it("leaves out a finding larger than a record, and keeps those after it", async () => {
    const findings = [{ big: "x".repeat(bounds.bodyBytes) }, { small: "x" }];
    const { report } = await stored(outcomeOf({ findings }));
    assert.deepEqual({ kept: report.findings, lost: report.lostFindings }, { kept: 1, lost: 1 });
  });

  it("stays below what a call carries, with findings that are large together", async () => {
    const findings = Array.from({ length: 100 }, () => ({ part: "x".repeat(200_000) }));
    const { report } = await stored(outcomeOf({ findings }));
    assert.ok(report.findings >= 20 && report.lostFindings === 100 - report.findings, JSON.stringify(report.findings));
  });

  it("fits a record with the worst that problems can be", async () => {
    const worst = (n: number): ScanProblem => ({
      what: `${n}${"\u0000".repeat(2_000)}`,
      requests: 1,
      example: "\ud800".repeat(2_000),
    });
    const { report } = await stored(outcomeOf({ problems: Array.from({ length: 1_000 }, (_, n) => worst(n)) }));
    assert.equal(report.problems.length, 100);
    assert.equal(
      report.problems.reduce((sum, problem) => sum + problem.requests, 0),
      1_000,
    );
  });
});

describe("problems", () => {
  it("are gathered by kind, with all requests and the first example", () => {
    const problems = new Problems();
    problems.add({ what: "timeout", requests: 2, example: "/a" });
    problems.add({ what: "unreachable", requests: 1, example: "/b" });
    problems.add({ what: "timeout", requests: 3, example: "/c" });
    assert.deepEqual(problems.list(), [
      { what: "timeout", requests: 5, example: "/a" },
      { what: "unreachable", requests: 1, example: "/b" },
    ]);
  });

  it("keep whole characters when they are cut", () => {
    const problems = new Problems();
    problems.add({ what: "😀".repeat(300), requests: 1, example: "" });
    assert.equal(problems.list()[0]?.what, "😀".repeat(125));
  });
});
