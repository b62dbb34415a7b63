import assert from "node:assert/strict";
import { built } from "../../support/built.ts";
import type { Running } from "../../support/command-line.ts";
import { VerdictCluster } from "../../support/detect/verdict-cluster.ts";
import type { Service } from "../../support/service.ts";
import { until } from "../../support/until.ts";

const isKnown = "the relay of this host knows the detector";
const isAway = "the relay of this host is not reached";

describe("garrison detector run", function () {
  this.timeout(90_000);
  const node = new VerdictCluster(
    "detector-run",
    "windowMs: 100, detectors: [], require: [{taskType: sample-file, kind: structure}]",
  );
  let relay: Service;
  let detector: Running;

  const run = (...args: readonly string[]): Running =>
    node.cluster.command(["detector", "run", "--kind", "structure", "--socket", node.socket, ...args]);
  /** Waits until the log has a line so often. */
  const says = (running: Running, line: string, times = 1): Promise<void> =>
    until(
      () => running.stderr().split(line).length > times || running.child.exitCode !== null,
      () => running.stderr(),
    );

  before(async () => {
    await built();
    // There is no relay yet: it is waited for.
    detector = run("--name", "by-hand");
    relay = await node.start("a");
    await says(detector, isKnown);
  });
  after(() => node.close());

  it("scans what is submitted, under the name that it was given", async () => {
    const { answers } = await node.verdict("first\n");
    const [answer] = answers;
    assert.deepEqual([answers.length, answer?.kind, answer?.detector], [1, "structure", "by-hand"]);
    assert.notEqual(answer?.result.outcome, "error", answer?.result.message);
  });

  it("finds the relay again after that was killed and started anew", async () => {
    await relay.end("SIGKILL");
    await says(detector, isAway);
    relay = await node.start("a");
    await says(detector, isKnown, 2);
    const { answers } = await node.verdict("second\n");
    assert.equal(answers[0]?.detector, "by-hand");
  });

  it("ends at SIGTERM with code 0", async () => {
    detector.child.kill("SIGTERM");
    const { code, stdout } = await detector.ended;
    assert.deepEqual([code, stdout], [0, ""]);
  });

  it("ends at Ctrl-C with code 130, also while no relay is there", async () => {
    await relay.end("SIGTERM");
    const alone = run();
    await until(
      () => alone.stderr() !== "" || alone.child.exitCode !== null,
      () => alone.stderr(),
    );
    alone.child.kill("SIGINT");
    assert.equal((await alone.ended).code, 130);
  });

  it("refuses, with code 2, what it cannot run with", async () => {
    const refused = async (...args: readonly string[]): Promise<readonly [number | null, string]> => {
      const { code, stderr } = await node.cluster.run("detector", "run", ...args);
      return [code, stderr];
    };
    const [[noKind, whichKinds], [noSandbox, whichKey]] = await Promise.all([
      refused("--kind", "telepathy"),
      refused("--kind", "sandbox", "--socket", node.socket),
    ]);
    assert.deepEqual([noKind, noSandbox], [2, 2]);
    assert.match(whichKinds, /structure/);
    assert.match(whichKey, /detect\.sandbox\.url/);
  });
});
