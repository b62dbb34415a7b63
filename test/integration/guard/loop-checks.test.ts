import assert from "node:assert/strict";
import { judgeLoop, type LoopFacts } from "../../chaos/whole/loop/judge-loop.ts";
import type { Ticket } from "../../chaos/whole/loop/ticket-system.ts";

describe("the checks of failed logins that were answered", () => {
  const ticket = (at: number, more: Partial<Ticket> = {}): Ticket => ({
    title: `Failed logins: intruder-${at}`,
    description: `account intruder-${at}: blocked`,
    scan: `scan-${at}`,
    findings: { high: 2 },
    reference: `run-${at}`,
    ...more,
  });
  const accounts = ["intruder-0", "intruder-1"];
  const whole: LoopFacts = {
    accounts,
    tickets: [ticket(0), ticket(1)],
    runs: [
      { id: "run-0", state: "done" },
      { id: "run-1", state: "done" },
    ],
    tracks: new Map([
      ["run-0", "what run-0 did"],
      ["run-1", "what run-1 did"],
    ]),
    scans: new Map([
      ["scan-0", true],
      ["scan-1", true],
    ]),
    blocked: accounts,
    denied: new Set(accounts),
  };

  it("want each account blocked, scanned for and reported once", () => {
    assert.deepEqual(judgeLoop(whole), { completed: 2, lost: [], twice: [] });
  });

  const broken: readonly (readonly [string, Partial<LoopFacts>, string])[] = [
    ["no ticket", { tickets: [ticket(0)] }, "intruder-1 is in no ticket"],
    [
      "a block that was refused",
      { tickets: [ticket(0), ticket(1, { description: "account intruder-1: not known to be blocked" })] },
      "intruder-1 is told of as",
    ],
    [
      "a scan that is not complete",
      {
        scans: new Map([
          ["scan-0", true],
          ["scan-1", false],
        ]),
      },
      "intruder-1 has no complete scan",
    ],
    ["other findings", { tickets: [ticket(0), ticket(1, { findings: { high: 1 } })] }, "intruder-1 has findings"],
    ["no block", { blocked: ["intruder-0"] }, "intruder-1 is not blocked"],
    ["a front end that lets somebody in", { denied: new Set(["intruder-0"]) }, "intruder-1 is not denied"],
    [
      "a run that failed",
      {
        runs: [
          { id: "run-0", state: "done" },
          { id: "run-1", state: "failed" },
        ],
      },
      "run run-1 is failed",
    ],
  ];
  for (const [what, facts, says] of broken) {
    it(`find ${what}`, () => {
      const { lost } = judgeLoop({ ...whole, ...facts });
      assert.ok(lost.length === 1 && lost[0]?.startsWith(says), lost.join());
    });
  }

  it("tell with what is missing what the run did", () => {
    const tickets = [ticket(0), ticket(1, { description: "account intruder-1: not known to be blocked" })];
    const { lost } = judgeLoop({ ...whole, tickets });
    assert.match(lost.join(), /\[what run-1 did\]/);
  });

  const repeated: readonly (readonly [string, Partial<LoopFacts>, string])[] = [
    [
      "a ticket too many",
      { tickets: [ticket(0), ticket(1), ticket(1, { reference: "run-2" })] },
      "intruder-1 is in two tickets",
    ],
    ["a block too many", { blocked: [...accounts, "intruder-1"] }, "intruder-1 is blocked twice"],
    ["a run too many", { runs: [...whole.runs, { id: "run-2", state: "done" }] }, "3 runs answer 2 accounts"],
    ["a scan too many", { scans: new Map([...whole.scans, ["scan-2", true]]) }, "scan scan-2 is in no ticket"],
  ];
  for (const [what, facts, says] of repeated) {
    it(`find ${what}`, () => assert.deepEqual(judgeLoop({ ...whole, ...facts }).twice, [says]));
  }
});
