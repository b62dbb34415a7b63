import assert from "node:assert/strict";
import fc from "fast-check";
import {
  centreService,
  detectionService,
  parseDigest,
  relayService,
  WireError,
  type ExecutionSummary,
  type TaskResult,
  type Verdict,
} from "../../../src/wire/index.ts";

const taskId = `t-${"1".repeat(32)}`;
const sha256 = "a".repeat(64);
const claim = { taskId, kind: "yara", nth: 31, token: Number.MAX_SAFE_INTEGER };
const answer = {
  kind: "yara",
  detector: "yara-1",
  host: "machine-1",
  engineVersion: "1.0",
  signatureVersion: "größer",
  tookMs: 12,
};

const results: readonly TaskResult["result"][] = [
  { outcome: "verdict", trust: "suspected-black", reputation: 0, names: ["a", ""] },
  { outcome: "verdict", trust: "white", names: [] },
  { outcome: "no-opinion" },
  { outcome: "error", failure: "missing-object", message: "" },
];

const verdict: Verdict = {
  sha256,
  md5: "b".repeat(32),
  sha1: "c".repeat(40),
  size: 0,
  state: "decided",
  decision: {
    trust: "unknown",
    degraded: true,
    missing: [{ kind: "clamav", required: 2, answered: 1, reasons: ["clamav: limit: larger than 1 MiB"] }],
  },
  taskType: "log-data",
  decidedAtMs: 1_700_000_000_000,
  taskId,
  sampleHere: true,
  sampleLost: "its file is gone",
  sharedBy: 3,
  detail: {
    rule: { type: "majority", decisive: ["digest"], quorum: 2 / 3 },
    answers: [
      ...results.map((result) => ({ ...answer, result })),
      // Of a kind that nobody answered for.
      { ...answer, detector: "-", host: "-", result: { outcome: "error", failure: "unavailable", message: "none" } },
    ],
    summary: {
      last_analysis_stats: { malicious: 1 },
      last_analysis_results: {
        yara: {
          ...{ category: "malicious", engine_name: "yara", engine_version: "1.0", engine_update: "2" },
          ...{ method: "blacklist", result: null },
        },
      },
    },
  },
};

describe("messages of detection", () => {
  it("come back as they were sent, with every field and with none that may be absent", () => {
    const { getVerdict, listVerdicts, submitSample, streamDigests } = detectionService;
    const least: Verdict = { sha256: "", state: "unknown", sampleHere: false };
    const white: Verdict = { ...least, decision: { trust: "white", reputation: 0, degraded: false, missing: [] } };
    for (const one of [verdict, least, white]) {
      assert.deepEqual(getVerdict.response.decode(getVerdict.response.encode({ verdict: one })), { verdict: one });
    }
    const past = { taskId, taskType: "script", decidedAtMs: 1, decision: verdict.decision } as const;
    assert.ok(past.decision !== undefined);
    const history = { verdicts: [{ ...past, decision: past.decision }], nextPageToken: "next" };
    assert.deepEqual(listVerdicts.response.decode(listVerdicts.response.encode(history)), history);
    const header = {
      taskType: "code",
      sha256,
      name: "n",
      source: "s",
      callbackUrl: "https://a.test/",
      priority: 0,
    } as const;
    for (const part of [{ header }, { header: { taskType: "sample-file" } } as const, { data: Buffer.from("x") }]) {
      assert.deepEqual(submitSample.request.decode(submitSample.request.encode(part)), part);
    }
    const digest = parseDigest("A".repeat(40));
    assert.deepEqual(digest, { algorithm: "sha1", hex: "a".repeat(40) });
    const question = { sequence: 7, digests: [digest], scan: true, source: "gateway" };
    assert.deepEqual(streamDigests.request.decode(streamDigests.request.encode(question)), question);
  });

  it("carry each outcome of a scan to the relay and to the centre", () => {
    const { reportResults } = relayService;
    const report = {
      detector: "yara-1",
      incarnation: "i",
      results: results.map((result, at) => ({
        ...{ taskId, kind: "yara", nth: 0, result, tookMs: 0 },
        ...(at === 0 ? {} : { madeWith: { engineVersion: "1.0", signatureVersion: "größer" } }),
      })),
    };
    assert.deepEqual(reportResults.request.decode(reportResults.request.encode(report)), report);
    const { reportSummaries } = centreService;
    const summary: ExecutionSummary = {
      taskId,
      answers: results.map((result) => ({ claim, answer: { ...answer, result } })),
      givenBack: [
        { claim, reason: "returned", delayMs: 2_000, message: "" },
        { claim, reason: "failed", delayMs: 0, message: "it ended" },
      ],
    };
    const request = { relay: { host: "machine-1", incarnation: "i" }, summaries: [summary] };
    assert.deepEqual(reportSummaries.request.decode(reportSummaries.request.encode(request)), request);
  });

  it("round what the wire knows in whole numbers only", () => {
    const { reportResults } = relayService;
    const result = { outcome: "verdict", trust: "grey", reputation: 4.6, names: [] } as const;
    const report = { detector: "d", incarnation: "i", results: [{ taskId, kind: "k", nth: 0, result, tookMs: 1.5 }] };
    const [sent] = reportResults.request.decode(reportResults.request.encode(report)).results;
    assert.deepEqual(sent?.result, { ...result, reputation: 5 });
    assert.equal(sent.tookMs, 2);
  });

  it("are refused when no detector can say so: a trust of decisions, no outcome, a reputation above 100", () => {
    const { reportResults, claimTasks } = relayService;
    const sent = (result: TaskResult["result"]) => {
      const bytes = reportResults.request.encode({
        ...{ detector: "d", incarnation: "i" },
        results: [{ taskId, kind: "k", nth: 0, result, tookMs: 0 }],
      });
      return () => reportResults.request.decode(bytes);
    };
    const unknown = JSON.parse('{"outcome":"verdict","trust":"unknown","names":[]}') as TaskResult["result"];
    const names = Array.from({ length: 65 }, () => "x");
    for (const result of [
      unknown,
      { outcome: "verdict", trust: "black", reputation: 101, names: [] } as const,
      { outcome: "verdict", trust: "black", names } as const,
      { outcome: "verdict", trust: "black", names: ["x".repeat(201)] } as const,
      { outcome: "error", failure: "failed", message: "x".repeat(1_001) } as const,
    ]) {
      assert.throws(sent(result), { code: "invalid" });
    }
    const claims = { detector: "d", incarnation: "i", wants: [], taskIds: [], waitMs: 0 };
    assert.throws(() => claimTasks.request.decode(claimTasks.request.encode(claims)), { code: "invalid" });
  });

  it("are messages or a WireError, whatever the bytes are", () => {
    const methods = [
      ...Object.values(detectionService),
      ...Object.values(relayService),
      ...Object.values(centreService),
    ];
    const codecs = methods.flatMap(({ request, response }) => [request, response]);
    const property = fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const { decode } of codecs) {
        try {
          decode(bytes);
        } catch (error) {
          assert.ok(error instanceof WireError, String(error));
        }
      }
    });
    fc.assert(property, { numRuns: 200 });
  });
});
