import assert from "node:assert/strict";
import type { PastVerdict, Verdict } from "../../../src/client/index.ts";
import { answersWrong, decisionsWrong, downloadsAgain, wasTakenOver } from "../../chaos/detect/decision-checks.ts";
import type { DetectorLine } from "../../chaos/detect/detector-log.ts";
import type { SeenDownload } from "../../chaos/detect/download-proxy.ts";
import type { Submitted } from "../../chaos/detect/submitter.ts";

const sha256 = "a".repeat(64);
const taskId = "t-1";
const decision = { trust: "white", reputation: 0, degraded: false, missing: [] } as const;
const answerOf = (kind: string, detector: string, over: object = {}) => ({
  ...{ kind, detector, host: "a", engineVersion: "1", signatureVersion: "1", tookMs: 1 },
  result: { outcome: "verdict", trust: "white", names: [] } as const,
  ...over,
});
const structure = answerOf("structure", "structure-1", { result: { outcome: "no-opinion" } });
const whole = [answerOf("alpha", "x"), answerOf("beta", "y"), answerOf("beta", "z"), structure];
const verdictOf = (answers: readonly object[], over: object = {}): Verdict =>
  ({ sha256, taskId, state: "decided", decision, detail: { answers }, ...over }) as unknown as Verdict;
const submitted: Submitted = {
  ...{ bytes: Buffer.alloc(0), sha256, trust: "white", taskId },
  ...{ verdict: verdictOf(whole), sent: 1 },
};
const past = { taskId, taskType: "sample-file", decidedAtMs: 1, decision } as PastVerdict;
const line = (event: DetectorLine["event"], kind: string, detector: string): DetectorLine => ({
  ...{ event, kind, detector, pid: 1, sha256, trust: "white" },
});
const scanned = [line("scanned", "alpha", "x"), line("scanned", "beta", "y"), line("scanned", "beta", "z")];

describe("the checks of decisions", () => {
  it("want one decision of each task, the one that was told, and no other task", () => {
    assert.deepEqual(decisionsWrong(submitted, [past]), []);
    assert.deepEqual(decisionsWrong(submitted, []), ["task t-1 was decided 0 times"]);
    assert.deepEqual(decisionsWrong(submitted, [past, { ...past, decidedAtMs: 2 }]), ["task t-1 was decided 2 times"]);
    assert.match(decisionsWrong(submitted, [past, { ...past, taskId: "t-2" }]).join(), /1 tasks nobody asked for/);
    const other = { ...submitted, verdict: verdictOf(whole, { taskId: "t-2" }) };
    assert.match(decisionsWrong(other, [past]).join(), /answered with the verdict of t-2/);
  });

  it("know the task of a sample that was sent again, since nobody heard of the first one", () => {
    const first = { ...past, taskId: "t-0" };
    const again = { ...submitted, sent: 2 };
    assert.deepEqual(decisionsWrong(again, [past, first]), []);
    const told = { ...again, verdict: verdictOf(whole, { taskId: "t-0" }) };
    assert.deepEqual(decisionsWrong(told, [past, first]), []);
    assert.deepEqual(decisionsWrong(told, [first]), []);
    assert.match(decisionsWrong(told, [past]).join(), /t-0 was decided 0 times/);
    assert.match(decisionsWrong(again, [past, first, { ...past, taskId: "t-2" }]).join(), /2 tasks nobody asked for/);
    assert.match(decisionsWrong(told, [past, past, first]).join(), /t-1 was decided 2 times/);
  });

  it("want what the object is, by all that are required", () => {
    assert.match(decisionsWrong({ ...submitted, trust: "black" }, [past]).join(), /says white instead of black/);
    const degraded = verdictOf(whole, { decision: { ...decision, degraded: true } });
    assert.match(decisionsWrong({ ...submitted, verdict: degraded }, [past]).join(), /decided degraded/);
  });

  it("find an answer too few, one detector that counts twice, and an answer that nobody gave", () => {
    assert.deepEqual(answersWrong(verdictOf(whole), scanned), []);
    assert.match(answersWrong(verdictOf(whole.slice(1)), scanned).join(), /0 answers of 0 detectors of alpha, 1/);
    const twice = [answerOf("alpha", "x"), answerOf("beta", "y"), answerOf("beta", "y"), structure];
    assert.match(answersWrong(verdictOf(twice), scanned).join(), /2 answers of 1 detectors of beta, 2/);
    assert.deepEqual(answersWrong(verdictOf(whole), scanned.slice(1)), [
      "task t-1 has an answer that alpha x never gave",
    ]);
  });

  it("take what a relay says for a detector that is gone as nobody's answer", () => {
    const error = { result: { outcome: "error", failure: "crashed", message: "is gone" } };
    const answers = [answerOf("alpha", "x", error), ...whole.slice(1)];
    assert.deepEqual(answersWrong(verdictOf(answers), scanned.slice(1)), []);
  });

  it("tell a scan more than required", () => {
    const begun = [line("begun", "alpha", "x"), line("begun", "beta", "y"), line("begun", "beta", "z")];
    assert.equal(wasTakenOver(begun), false);
    assert.equal(wasTakenOver([...begun, line("begun", "alpha", "w")]), true);
  });

  it("find an object that one relay process downloads again while it has it", () => {
    const download = (pid: number, endedAtMs: number): SeenDownload => ({ sha256, pid, endedAtMs });
    assert.deepEqual(downloadsAgain([download(1, 0), download(2, 10), download(1, 6_000)]), []);
    assert.equal(downloadsAgain([download(1, 100), download(1, 0)]).length, 1);
  });
});
