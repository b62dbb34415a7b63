import assert from "node:assert/strict";
import type { PastVerdict, Verdict } from "../../../src/client/index.ts";
import { faultsOf } from "../../../src/bin/demo/detect/judge-verdicts.ts";
import type { Outcome } from "../../../src/bin/demo/detect/outcome.ts";
import type { Sample } from "../../../src/bin/demo/detect/sample.ts";
import { samplesOf } from "../../../src/bin/demo/detect/samples.ts";
import { settleDecisions } from "../../../src/bin/demo/detect/settle-decisions.ts";

type Decision = NonNullable<Verdict["decision"]>;

const sample = (fields: Partial<Sample>): Sample => ({
  ...{ name: "a.txt", group: "some", label: "clean", content: Buffer.alloc(0), unseenBy: [] },
  ...fields,
});
const decisionOf = (trust: Decision["trust"], missing: readonly string[] = []): Decision => ({
  trust,
  reputation: 0,
  degraded: missing.length > 0,
  missing: missing.map((kind) => ({ kind, required: 1, answered: 0, reasons: ["failed"] })),
});
const past = (taskId: string): PastVerdict => ({
  ...{ taskId, taskType: "sample-file", decidedAtMs: 0, decision: decisionOf("white") },
});
const answer = (kind: string) => ({
  ...{ kind, detector: `${kind}-1`, host: "h", engineVersion: "1", signatureVersion: "1", tookMs: 1 },
  result: { outcome: "verdict", trust: "black", reputation: 95, names: [] } as const,
});
const outcome = (decision: Decision | undefined, fields: Partial<Outcome> = {}): Outcome => ({
  ...{ sample: sample({}), taskId: "t-1", decisions: [past("t-1")], submittedAtMs: 0, decidedAtMs: 10 },
  verdict: {
    ...{ sha256: "", state: decision === undefined ? "pending" : "decided", sampleHere: true },
    ...(decision === undefined ? {} : { decision }),
  },
  ...fields,
});
const found = (kind: string, fields: Partial<Sample>): Outcome => {
  const judged = outcome(decisionOf("black"), { sample: sample({ label: "malicious", ...fields }) });
  const summary = { last_analysis_stats: {}, last_analysis_results: {} };
  return { ...judged, verdict: { ...judged.verdict, detail: { rule: "any", answers: [answer(kind)], summary } } };
};

describe("the ledger of judged samples", () => {
  const white = decisionOf("suspected-white");

  it("counts a task with one decision as done, and times those that were open at the kill", () => {
    const open = outcome(white, { submittedAtMs: 90, decidedAtMs: 400 });
    const later = outcome(white, { submittedAtMs: 120, decidedAtMs: 900 });
    assert.deepEqual(settleDecisions([outcome(white), open, later], 100), {
      ...{ system: "detect", planned: 3, done: 3, doneTwice: 0, lost: 0, restarts: 1, takeoverMs: 300 },
    });
  });

  it("counts a task without a decision of its own as lost", () => {
    const ofAnother = outcome(white, { decisions: [past("t-2")] });
    const { done, lost } = settleDecisions([outcome(undefined), ofAnother], undefined);
    assert.deepEqual({ done, lost }, { done: 0, lost: 2 });
  });

  it("counts a second decision of the same task as done twice, and that of another task not", () => {
    const twice = outcome(white, { decisions: [past("t-1"), past("t-1")] });
    const again = outcome(white, { decisions: [past("t-1"), past("t-2")] });
    assert.equal(settleDecisions([twice, again], undefined).doneTwice, 1);
  });
});

describe("what is wrong with the verdicts about samples", () => {
  it("is nothing where each came to what its label says", () => {
    const limited = outcome(decisionOf("grey", ["fragile"]), { sample: sample({ unseenBy: ["fragile"] }) });
    const listed = found("digest", { foundBy: "digest" });
    assert.deepEqual(faultsOf([outcome(decisionOf("suspected-white")), limited, listed]), []);
  });

  it("names what is malicious and was cleared or not decided, and what is clean and was found", () => {
    const malicious = sample({ name: "bad.com", label: "malicious", foundBy: "yara" });
    for (const trust of ["white", "suspected-white", "grey", "unknown"] as const) {
      assert.match(faultsOf([outcome(decisionOf(trust), { sample: malicious })]).join(), /^bad\.com, .* is malicious/);
    }
    assert.match(faultsOf([outcome(decisionOf("suspected-black"))]).join(), /^a\.txt, .* is suspected-black/);
  });

  it("names what was cleared although an engine failed, and a verdict that does not say which", () => {
    const broken = sample({ unseenBy: ["fragile"] });
    assert.match(
      faultsOf([outcome(decisionOf("white", ["fragile"]), { sample: broken })]).join(),
      /instead of undecided/,
    );
    assert.match(faultsOf([outcome(decisionOf("grey"), { sample: broken })]).join(), /names nothing as missing/);
    assert.match(faultsOf([outcome(decisionOf("white", ["yara"]))]).join(), /names yara as missing/);
  });

  it("names what another engine found than the one that has to", () => {
    assert.match(faultsOf([found("structure", { foundBy: "yara" })]).join(), /not found by yara/);
  });
});

describe("the samples of the demo", () => {
  it("are files of their own, and others in each run", () => {
    const [one, other] = [samplesOf("run-1"), samplesOf("run-2")];
    assert.equal(new Set(one.map(({ name }) => name)).size, one.length);
    assert.equal(new Set(one.map(({ content }) => content.toString("latin1"))).size, one.length);
    const before = new Set(one.map(({ content }) => content.toString("latin1")));
    assert.deepEqual(
      other.filter(({ content }) => before.has(content.toString("latin1"))),
      [],
    );
  });
});
