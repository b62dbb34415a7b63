import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { systemClock } from "../../../../src/base/clock.ts";
import { Connection, parseDigest, type FileDigest, type Verdict } from "../../../../src/client/index.ts";
import { detectionService, type SubmitSampleRequest } from "../../../../src/wire/index.ts";
import { black, chunksOf, offer, sha256Of, TestRelay, white } from "../../../support/detect-centre.ts";
import { callerTokens, token } from "../control-node.ts";
import { rawCall } from "../raw-call.ts";
import { refuses } from "../refuses.ts";
import { DetectNode } from "./detect-node.ts";

const unaborted = new AbortController().signal;
const header = { taskType: "sample-file" } as const;

const digestOf = (hex: string): FileDigest => {
  const digest = parseDigest(hex);
  assert.ok(digest);
  return digest;
};
const hashOf = (algorithm: string, text: string): FileDigest =>
  digestOf(createHash(algorithm).update(text).digest("hex"));

const next = async (verdicts: AsyncIterator<Verdict>): Promise<Verdict> => {
  const message = await verdicts.next();
  assert.ok(message.done !== true, "the watch has ended");
  return message.value;
};

describe("verdicts over gRPC", () => {
  let detect: DetectNode;
  let relay: TestRelay;
  beforeEach(async () => {
    detect = await DetectNode.start({ maxSampleBytes: 200_000, maxBytes: 400_000 });
    relay = new TestRelay(detect.centre.desk, [offer("yara"), offer("digest")]);
  });
  afterEach(() => detect.stop());

  it("are unknown, then pending, then decided, by each digest of the sample, with what each detector said", async () => {
    const { detection } = detect.node.client();
    await relay.announce();
    const bytes = "harmless, but named";
    const sha256 = sha256Of(bytes);
    const [before] = await detection.check([digestOf(sha256)], { scan: true });
    assert.deepEqual(before, { sha256, state: "unknown", sampleHere: false });

    const submitted = await detection.submit({ ...header, sha256, name: "one" }, () =>
      chunksOf("harmless, ", "but named"),
    );
    assert.equal(submitted.sha256, sha256);
    assert.equal(submitted.known, false);
    const watch = detection.watch(sha256, unaborted)[Symbol.asyncIterator]();
    assert.equal((await next(watch)).state, "pending");
    const again = await detection.submit(header, () => chunksOf(bytes));
    assert.deepEqual(again, { ...submitted, known: true });

    await relay.work(({ kind }) => (kind === "yara" ? black : { outcome: "no-opinion" }));
    const decided = await next(watch);
    assert.equal(decided.state, "decided");
    assert.equal((await watch.next()).done, true);
    assert.equal(decided.decision?.trust, "black");
    assert.equal(decided.decision.reputation, 100);
    assert.equal(decided.taskId, submitted.taskId);
    const { detail } = decided;
    assert.deepEqual(detail?.answers.map(({ kind, result }) => [kind, result.outcome]).toSorted(), [
      ["digest", "no-opinion"],
      ["yara", "verdict"],
    ]);
    assert.equal(detail.summary.last_analysis_stats["malicious"], 1);
    assert.equal(detail.summary.last_analysis_results["yara"]?.result, "Eicar-Test");

    for (const digest of [hashOf("md5", bytes), hashOf("sha1", bytes), hashOf("sha256", bytes)]) {
      assert.deepEqual(await detection.get(digest), decided);
    }
    const history = await detection.history(sha256);
    assert.deepEqual(
      history.verdicts.map(({ taskId, decision }) => [taskId, decision.trust]),
      [[submitted.taskId, "black"]],
    );
    assert.equal(history.nextPageToken, "");
  });

  it("come over a stream in the order of the questions, a thousand in a message", async () => {
    await relay.announce();
    const known = await detect.centre.submit("known");
    await relay.work(() => white);
    const many = Array.from({ length: 1_000 }, (_, at) => digestOf(sha256Of(`never seen ${at}`)));
    const batches = [many, [digestOf(known.sha256)], many.slice(0, 7)];
    const answers: (readonly Verdict[])[] = [];
    for await (const verdicts of detect.node.client().detection.checkStream(Readable.from(batches), unaborted)) {
      answers.push(verdicts);
    }
    assert.deepEqual(
      answers.map((verdicts) => verdicts.map(({ sha256 }) => sha256)),
      batches.map((digests) => digests.map(({ hex }) => hex)),
    );
    assert.ok(answers[0]?.every(({ state, sampleHere }) => state === "unknown" && !sampleHere));
    assert.equal(answers[1]?.[0]?.detail, undefined, "a listing has no details");
    const metrics = await fetch(`http://${detect.node.plane.httpAddress}/metrics`);
    assert.match(await metrics.text(), /garrison_verdict_answers_total\{state="unknown"\} 1007/);
  });

  it("refuse what is no digest, too many of them, and messages out of order", async () => {
    const connection = new Connection({ address: detect.address, token, clock: systemClock });
    const { checkDigests, streamDigests } = detectionService;
    const good = digestOf("0".repeat(32));
    const bad = await refuses(
      connection.call(checkDigests, { digests: [good, { algorithm: "md5", hex: "zz" }], scan: false }),
      "invalid",
    );
    assert.match(bad.message, /digests\.1: neither an MD5/);
    for (const digests of [[], Array.from({ length: 1_001 }, () => good)]) {
      await refuses(connection.call(checkDigests, { digests, scan: false }), "invalid");
    }
    const repeated = Readable.from([2, 2].map((sequence) => ({ sequence, digests: [good], scan: false })));
    const answered: number[] = [];
    await refuses(
      (async () => {
        for await (const { sequence } of connection.exchange(streamDigests, repeated)) answered.push(sequence);
      })(),
      "invalid",
    );
    assert.deepEqual(answered, [2]);
    connection.close();
  });

  it("are for viewers to ask, and samples for operators to submit", async () => {
    const digest = digestOf("a".repeat(64));
    const clientOf = (name: keyof typeof callerTokens) => detect.node.client({ token: callerTokens[name] }).detection;
    assert.equal((await clientOf("viv").check([digest])).length, 1);
    await refuses(clientOf("rita").check([digest]), "permission-denied");
    await refuses(
      clientOf("viv").submit(header, () => chunksOf("x")),
      "permission-denied",
    );
    await relay.announce();
    assert.equal((await clientOf("opal").submit(header, () => chunksOf("x"))).sha256, sha256Of("x"));
    const records = await detect.node.client().control.audit();
    const submissions = records.records.filter(({ call }) => call.endsWith("/SubmitSample"));
    assert.deepEqual(
      submissions.map(({ caller, subject, outcome }) => [caller, subject, outcome]),
      [
        ["opal", sha256Of("x"), "ok"],
        ["viv", "", "PERMISSION_DENIED"],
      ],
    );
  });

  it("are not made of bytes that are not what was promised, too many, or more than there is room for", async () => {
    await relay.announce();
    const { detection } = detect.node.client();
    const other = { ...header, sha256: sha256Of("promised") };
    await refuses(
      detection.submit(other, () => chunksOf("sent")),
      "invalid",
      "corrupt",
    );
    const large = "x".repeat(60_000);
    const four = () => chunksOf(...Array.from({ length: 4 }, () => large));
    await refuses(detection.submit(header, four), "invalid", "too-large");
    for (const letter of ["a", "b"])
      await detection.submit(header, () =>
        chunksOf(
          ...letter
            .repeat(3)
            .split("")
            .map((one) => one.repeat(60_000)),
        ),
      );
    const third = () => chunksOf("c".repeat(60_000));
    const full = await refuses(detection.submit(header, third), "resource-exhausted", "quota");
    assert.equal(full.retryable, true);
    const [refused] = await detection.check([digestOf(sha256Of("sent"))]);
    assert.equal(refused?.sampleHere, false);
  });

  it("are not asked for by an upload without a header, with two, or that its reader breaks off", async () => {
    const connection = new Connection({ address: detect.address, token, clock: systemClock });
    const send = (parts: readonly SubmitSampleRequest[]) =>
      connection.upload(detectionService.submitSample, Readable.from(parts));
    const data = { data: Buffer.from("x") };
    await refuses(send([data]), "invalid", "upload-broken");
    await refuses(send([]), "invalid", "upload-broken");
    await refuses(send([{ header }, data, { header }]), "invalid", "upload-broken");
    await refuses(send([{ header }, { data: Buffer.alloc(65_537) }]), "invalid");
    const changed = new Error("the file changed while it was read");
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield* chunksOf("begun");
      throw changed;
    };
    await assert.rejects(detect.node.client().detection.submit(header, broken), changed);
    connection.close();
  });

  it("are sent only to where the node may send them", async () => {
    const { detection } = detect.node.client();
    const asked = detection.submit({ ...header, callbackUrl: "http://127.0.0.1:9/verdict" }, () => chunksOf("x"));
    const refused = await refuses(asked, "invalid", "out-of-scope");
    assert.match(refused.message, /detect\.callback\.egress/);
    await refuses(
      detection.submit({ ...header, callbackUrl: "ftp://127.0.0.1/verdict" }, () => chunksOf("x")),
      "invalid",
    );
  });

  it("list the detectors of hosts", async () => {
    const port = detect.port();
    const kinds = [offer("yara", { detectors: 2 }), offer("digest", { detectors: 0 })];
    const by = { host: "machine-1", incarnation: "life-1" };
    assert.deepEqual(await port.announce(by, kinds), [
      { kind: "yara", waiting: 0 },
      { kind: "digest", waiting: 0 },
    ]);
    const [host, ...more] = await detect.node.client().detection.detectors();
    assert.deepEqual([host?.relay.host, host?.kinds, more], [by.host, kinds, []]);
    assert.notEqual(host?.relay.incarnation, by.incarnation, "who reads it cannot speak for the relay");
  });

  it("answer nothing that is no message", async () => {
    const authorization = `Bearer ${token}`;
    const outcome = await rawCall(detect.address, detectionService.getVerdict.path, Buffer.from("?"), {
      authorization,
    });
    assert.equal(outcome.status, "INVALID_ARGUMENT");
  });
});
