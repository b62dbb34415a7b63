import assert from "node:assert/strict";
import { detectSpace, kindQueue } from "../../../src/actors/detect/index.ts";
import type { DetectorAnswer, ScanResult } from "../../../src/engines/malware/index.ts";
import type { Change } from "../../../src/store/index.ts";
import { checkAbsence } from "../../simulation/detect/checks/absence.ts";
import { checkAnswersCount } from "../../simulation/detect/checks/answers.ts";
import { checkOneDecision } from "../../simulation/detect/checks/decisions.ts";
import type { DetectionRecord } from "../../simulation/detect/checks/detection-record.ts";
import { checkDownloads } from "../../simulation/detect/checks/downloads.ts";
import type { DetectFact, TimedDetectFact } from "../../simulation/detect/facts.ts";
import type { StoreEvent } from "../../simulation/store-history.ts";
import type { Violation } from "../../support/invariants/index.ts";

const taskId = `t-${"0".repeat(32)}`;
const sha256 = "a".repeat(64);
const url = "http://requester.test/0";
const kinds = ["scanner", "rules"];

const committed = (atMs: number, ...changes: readonly Change[]): StoreEvent => ({
  ...{ type: "committed", space: detectSpace, owner: "n0.1", revision: 1, guard: undefined, changes, atMs },
});
const task = (state: "open" | "decided", required: readonly string[] = kinds) => ({
  ...{ state, sha256, taskType: "sample-file", size: 1, md5: "", sha1: "", createdAtMs: 0, refresh: false },
  requirement: required.map((kind) => ({ kind, count: 1 })),
  requesters: [],
});
const made = (required?: readonly string[]): StoreEvent =>
  committed(0, { type: "put", key: `task/${taskId}`, value: task("open", required) });

const found = (name: string): ScanResult => ({ outcome: "verdict", trust: "white", names: [name] });
const failed: ScanResult = { outcome: "error", failure: "failed", message: "" };
const answerOf = (kind: string, result: ScanResult, host = "h0"): DetectorAnswer => ({
  ...{ kind, detector: `${kind}-1`, host, engineVersion: "1", signatureVersion: "1", tookMs: 1, result },
});

const claimed = (kind: string, token: number, atMs: number, by = "h0/n0.1"): StoreEvent => ({
  ...{ type: "claimed", owner: "n0.1", by: `${by}/${kind}`, leaseMs: 100, atMs },
  claims: [{ queue: kindQueue(kind), id: `${taskId}/0`, token, failures: 0, losses: 0 }],
});
const counted = (kind: string, token: number, atMs: number, answer: DetectorAnswer): Change[] => [
  { type: "finish", claim: { queue: kindQueue(kind), id: `${taskId}/0`, token }, outcome: "done" },
  { type: "put", key: `answer/${taskId}/${kind}/${atMs}`, value: { nth: 0, token, answer: { ...answer } } },
];
const answered = (kind: string, token: number, atMs: number, result = found(kind)): StoreEvent =>
  committed(atMs, ...counted(kind, token, atMs, answerOf(kind, result)));

interface Decided {
  readonly trust?: string;
  readonly missing?: readonly string[];
  readonly degraded?: boolean;
  readonly used?: readonly string[];
  readonly required?: readonly string[];
}
const decision = ({ trust = "white", missing = [], degraded = missing.length > 0 }: Decided) => ({
  ...{ trust, degraded },
  missing: missing.map((kind) => ({ kind, required: 1, answered: 0, reasons: [] })),
});
const decided = (how: Decided = {}, atMs = 50): StoreEvent => {
  const { used = kinds, required } = how;
  const answers = used.map((name) => ({ ...answerOf(name, found(name)) }));
  return committed(
    atMs,
    { type: "put", key: `task/${taskId}`, value: task("decided", required) },
    { type: "put", key: `verdict-detail/${sha256}/sample-file`, value: { rule: { type: "any", quorum: 0 }, answers } },
    {
      ...{ type: "put", key: `history/${sha256}/${atMs}-${taskId}` },
      value: { taskId, taskType: "sample-file", decidedAtMs: atMs, decision: decision(how) },
    },
  );
};

const said = (kind: string, relay = "n0.1"): DetectFact => ({
  ...{ type: "said", host: "h0", relay, detector: `${kind}-1`, taskId, kind, nth: 0, name: kind },
});
const told = (how: Decided = {}, state: "decided" | "unknown" = "decided"): DetectFact => {
  const { trust, degraded, missing } = decision(how);
  const view = { sha256, state, sampleHere: true, taskId };
  const decisionToTell = { trust: trust as "white", degraded, missing, reputation: undefined };
  return {
    ...{ type: "told", url, id: `${taskId}/x` },
    verdict: state === "decided" ? { ...view, decision: decisionToTell } : view,
  };
};

const record = (history: readonly StoreEvent[], facts: readonly DetectFact[] = []): DetectionRecord => ({
  ...{ history, acknowledged: [{ taskId, url }], endedAtMs: 100_000, wallOffsetMs: 0 },
  facts: facts.map((fact, atMs): TimedDetectFact => ({ ...fact, atMs })),
  tasks: new Map([[taskId, parsedTask(history)]]),
});
const parsedTask = (history: readonly StoreEvent[]) => {
  const isDecided = history.some(
    (event) =>
      event.type === "committed" && event.changes.some((change) => "key" in change && /^history/.test(change.key)),
  );
  return { ...task(isDecided ? "decided" : "open"), taskType: "sample-file" as const };
};

const whole = [
  made(),
  claimed("scanner", 1, 1),
  claimed("rules", 2, 1),
  answered("scanner", 1, 2),
  answered("rules", 2, 3),
];
const sayings = kinds.map((kind) => said(kind));
const once = (history: readonly StoreEvent[], ...facts: readonly DetectFact[]) =>
  checkOneDecision(record(history, facts));
const count = (history: readonly StoreEvent[], facts: readonly DetectFact[] = sayings) =>
  checkAnswersCount(record(history, facts));
const absent = (...history: readonly StoreEvent[]) => checkAbsence(record(history));

const relay = { host: "h0", relay: "n0.1" };
const download = (id: number): DetectFact => ({ type: "download", ...relay, sha256, id });
const unwanted = (id: number): DetectFact => ({ type: "unwanted", ...relay, sha256, id });
const file = (type: "cleared" | "kept" | "removed", nth = 1): DetectFact => ({
  type,
  ...relay,
  path: `${sha256}.${nth}`,
});
const downloads = (...facts: readonly DetectFact[]) => checkDownloads(record([], facts));

const oneKind = [made(["scanner"]), claimed("scanner", 1, 1), answered("scanner", 1, 2)];
const withFailure = [made(), claimed("rules", 2, 1), answered("scanner", 1, 2), answered("rules", 2, 3, failed)];

const cases: readonly (readonly [string, string, readonly Violation[], number])[] = [
  ["I23", "decided and told", once([...whole, decided()], told()), 0],
  ["I23", "told twice, the same", once([...whole, decided()], told(), told()), 0],
  ["I23", "decided twice", once([...whole, decided(), decided({}, 60)], told()), 2],
  ["I23", "never decided", once(whole), 2],
  ["I23", "open again", once([...whole, decided(), made()], told()), 1],
  ["I23", "never told", once([...whole, decided()]), 1],
  ["I23", "told as something else", once([...whole, decided()], told({ trust: "black" })), 1],
  ["I23", "told as unknown, and then as decided", once([...whole, decided()], told({}, "unknown"), told()), 1],
  ["I24", "each answer under its claim", count([...whole, decided()]), 0],
  [
    "I24",
    "under a claim that another relay has",
    count([made(), claimed("scanner", 1, 1), claimed("scanner", 9, 200), answered("scanner", 1, 201)]),
    1,
  ],
  ["I24", "under a claim that had run out", count([made(), claimed("scanner", 1, 1), answered("scanner", 1, 200)]), 1],
  ["I24", "without a claim", count([made(), answered("scanner", 1, 2)]), 1],
  ["I24", "twice", count([...whole, claimed("scanner", 3, 10), answered("scanner", 3, 11)]), 2],
  [
    "I24",
    "without the end of its execution",
    count([
      made(),
      claimed("scanner", 1, 1),
      committed(2, ...counted("scanner", 1, 2, answerOf("scanner", found("scanner"))).slice(1)),
    ]),
    1,
  ],
  ["I24", "said to another relay", count(whole, [said("scanner", "n2.1"), said("rules")]), 1],
  [
    "I24",
    "of another host",
    count(
      [made(), claimed("scanner", 1, 1, "h1/n2.1"), answered("scanner", 1, 2)],
      [{ ...said("scanner"), host: "h1", relay: "n2.1" } as DetectFact],
    ),
    1,
  ],
  ["I24", "used twice", count([...whole, decided({ used: ["scanner", "scanner"] })]), 1],
  ["I24", "used, and never counted", count([...whole, decided({ used: ["other"] })]), 1],
  ["I25", "all kinds have answered", absent(...whole, decided()), 0],
  ["I25", "a kind failed, and is named", absent(...withFailure, decided({ trust: "grey", missing: ["rules"] })), 0],
  [
    "I25",
    "a kind failed, and is not named",
    absent(...withFailure, decided({ trust: "grey", missing: ["scanner"] })),
    1,
  ],
  [
    "I25",
    "a kind failed, and is not degraded",
    absent(...withFailure, decided({ trust: "grey", missing: ["rules"], degraded: false })),
    1,
  ],
  ["I25", "a kind failed, and is white", absent(...withFailure, decided({ missing: ["rules"] })), 1],
  [
    "I25",
    "a kind answered later",
    absent(made(), answered("scanner", 1, 2), decided({ trust: "grey" }), answered("rules", 2, 60)),
    2,
  ],
  ["I25", "given up, with its reason", absent(made(), decided({ trust: "unknown", missing: ["decision"] })), 0],
  [
    "I25",
    "one method, and degraded",
    absent(...oneKind, decided({ trust: "suspected-white", missing: ["another-method"], required: ["scanner"] })),
    0,
  ],
  ["I25", "one method", absent(...oneKind, decided({ required: ["scanner"] })), 2],
  [
    "I26",
    "one after the other",
    downloads(file("cleared"), download(1), unwanted(1), file("kept"), file("removed"), download(2)),
    0,
  ],
  ["I26", "again after it failed", downloads(download(1), unwanted(1), download(2)), 0],
  ["I26", "while it is here", downloads(download(1), unwanted(1), file("kept"), download(2)), 1],
  ["I26", "while it comes", downloads(download(1), download(2)), 1],
  [
    "I26",
    "in another life of the relay",
    downloads(download(1), unwanted(1), file("kept"), file("cleared"), download(2)),
    0,
  ],
];

describe("checkers of how verdicts are made", () => {
  for (const [invariant, what, violations, expected] of cases) {
    it(`${invariant}, ${what}: ${expected === 0 ? "holds" : "is violated"}`, () => {
      assert.deepEqual(
        violations.map((violation) => violation.invariant),
        Array<string>(expected).fill(invariant),
      );
    });
  }
});
