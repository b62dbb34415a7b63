import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { built, inRepository } from "../../support/built.ts";
import { VerdictCluster } from "../../support/detect/verdict-cluster.ts";
import { until } from "../../support/until.ts";

/** The one that has the Debian package python3-grpcio: another one may come first in the path. */
const python = "/usr/bin/python3";
const phrase = "the phrase that a detector in Python looks for";
/** A phrase on the border between two chunks of an object. */
const border = 64 * 1_024 - 10;

describe("a detector in another language, by the protocol alone", function () {
  this.timeout(90_000);
  const node = new VerdictCluster(
    "python-detector",
    "rule: any, windowMs: 100, detectors: [{kind: structure}], require: [{taskType: sample-file, kind: phrase}, {taskType: sample-file, kind: structure}]",
  );
  let detector: ChildProcess;
  let said = "";
  let problems = "";

  const saysItIsKnown = (): Promise<void> =>
    until(
      () => said.includes("known\n") || detector.exitCode !== null,
      () => ({ said, problems, code: detector.exitCode }),
    );

  before(async () => {
    await built();
    await node.start("a");
    const script = inRepository("test/fixtures/python-detector/detector.py");
    const protocol = inRepository("gen/garrison.binpb");
    detector = spawn(
      python,
      ["-B", script, "--socket", node.socket, "--protocol", protocol, "--phrase", phrase, "--name", "by-hand"],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    detector.stdout?.setEncoding("utf8").on("data", (text: string) => (said += text));
    detector.stderr?.setEncoding("utf8").on("data", (text: string) => (problems += text));
    await saysItIsKnown();
    assert.equal(problems, "");
  });
  after(async () => {
    detector.kill("SIGKILL");
    await node.close();
  });

  it("makes a verdict black by what it finds, by path and by call", async () => {
    const { trust, degraded, answers } = await node.verdict(`${"a".repeat(border)}${phrase}`);
    assert.deepEqual([trust, degraded], ["black", false]);
    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ["phrase", "structure"],
    );
    assert.equal(answers[0]?.detector, "by-hand");
    const { outcome, trust: found, reputation, names } = answers[0].result;
    assert.deepEqual([outcome, found, reputation, names], ["verdict", "black", 99, ["phrase found"]]);
  });

  it("has no opinion of what it does not know, which is no answer for clean", async () => {
    const { trust, answers } = await node.verdict("nothing of that kind");
    assert.deepEqual([answers[0]?.kind, answers[0]?.result.outcome], ["phrase", "no-opinion"]);
    assert.notEqual(trust, "white");
  });

  it("is listed with the class and the versions that it says", async () => {
    const listed = await node.cluster.json("detector", "list");
    const own = listed.find(({ kind }) => kind === "phrase");
    assert.deepEqual([own?.["class"], own?.["taskTypes"], own?.["engineVersion"]], ["static", ["sample-file"], "1"]);
  });

  it("ends at SIGTERM", async () => {
    const ended = once(detector, "close");
    detector.kill("SIGTERM");
    assert.deepEqual(await ended, [0, null], problems);
  });
});
