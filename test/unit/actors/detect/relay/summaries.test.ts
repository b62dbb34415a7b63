import assert from "node:assert/strict";
import { defaultReputation, trusts, type ScanResult } from "../../../../../src/engines/malware/index.ts";
import type { DetectError } from "../../../../../src/actors/detect/index.ts";
import { RelayWorld } from "../../../../support/relay/relay-world.ts";
import { white, type TestDetector } from "../../../../support/relay/test-detector.ts";

const bytes = Buffer.from("object");

describe("results and summaries of a relay", () => {
  let world: RelayWorld;

  beforeEach(async () => {
    world = await RelayWorld.start();
  });
  afterEach(async () => {
    assert.deepEqual(await world.end(), []);
  });

  const kinds = ["a", "b", "c"];
  const detectors = (): Promise<readonly TestDetector[]> =>
    Promise.all(kinds.map((kind) => world.detector(`${kind}1`, { kind })));
  const submit = (leftMs?: number): string =>
    world.centre.submit({
      bytes,
      kinds: kinds.map((kind) => ({ kind })),
      ...(leftMs === undefined ? {} : { leftMs }),
    });
  const takeAll = async (all: readonly TestDetector[]) => {
    for (const detector of all) await detector.claim(8);
    await world.pass(1_000);
    return Promise.all(all.map((detector) => detector.claim(8)));
  };
  const beat = async (all: readonly TestDetector[]): Promise<void> => {
    for (const detector of all) await detector.heartbeat();
  };

  it("results of one task go to the centre in one message, when the last is here (RELAY-20)", async () => {
    const taskId = submit();
    const all = await detectors();
    const tasks = await takeAll(all);
    for (const [index, detector] of all.entries()) {
      assert.equal(world.centre.messages.length, 0);
      await detector.report(tasks[index] ?? []);
    }
    await world.pass(0);
    assert.equal(world.centre.messages.length, 1);
    const [summary] = world.centre.summaries;
    assert.deepEqual([summary?.taskId, summary?.answers.length, summary?.givenBack], [taskId, 3, []]);
    assert.deepEqual(summary?.answers[0]?.answer, {
      ...{ kind: "a", detector: "a1", host: "host-1", engineVersion: "1", signatureVersion: "1", tookMs: 5 },
      result: white,
    });
    assert.equal((await world.view()).taskCounts.tasks, 0);
  });

  it("every trust, a reputation of its own, no opinion and errors arrive as they were said (RELAY-19)", async () => {
    const results: readonly ScanResult[] = [
      ...trusts.map(
        (trust) => ({ outcome: "verdict", trust, reputation: defaultReputation[trust], names: ["x"] }) as const,
      ),
      { outcome: "verdict", trust: "black", names: Array.from({ length: 64 }, () => "n".repeat(200)) },
      { outcome: "no-opinion" },
      { outcome: "error", failure: "encrypted", message: "a member is encrypted" },
    ];
    const detector = await world.detector("d1");
    for (const result of results) {
      const taskId = world.centre.submit({ bytes, kinds: [{ kind: "yara" }] });
      await detector.report(await detector.take(1), result);
      await world.pass(0);
      assert.deepEqual(
        world.centre.answersOf(taskId).map((answer) => answer.result),
        [result],
      );
      await detector.heartbeat();
    }
  });

  describe("of a detector whose signatures change", () => {
    const given = async () => {
      const taskId = world.centre.submit({ bytes, kinds: [{ kind: "yara" }] });
      const detector = await world.detector("d1");
      return { taskId, detector, tasks: await detector.take(1) };
    };
    const renewed = async (detector: TestDetector): Promise<void> => {
      detector.description = { ...detector.description, signatureVersion: "2" };
      await detector.heartbeat();
      await world.pass(0);
    };
    const versions = (taskId: string): readonly string[] =>
      world.centre.answersOf(taskId).map(({ signatureVersion }) => signatureVersion);

    it("say the version that they were made with, whatever its heartbeats say by then", async () => {
      const { taskId, detector, tasks } = await given();
      await renewed(detector);
      await detector.report(tasks, white, { engineVersion: "1", signatureVersion: "1" });
      await world.pass(0);
      assert.deepEqual(versions(taskId), ["1"]);
      const next = world.centre.submit({ bytes, kinds: [{ kind: "yara" }] });
      await detector.report(await detector.take(1), white, { engineVersion: "1", signatureVersion: "3" });
      await world.pass(0);
      assert.deepEqual(versions(next), ["3"], "a heartbeat with it has yet to come");
    });

    it("count nothing without their version, since it may be either: the task is done again", async () => {
      const { taskId, detector, tasks } = await given();
      await renewed(detector);
      await detector.report(tasks);
      await world.pass(0);
      assert.deepEqual(versions(taskId), []);
      const again = await detector.claim(1);
      assert.deepEqual(
        again,
        tasks.map((task) => ({ ...task, leftMs: again[0]?.leftMs })),
      );
      await detector.report(again);
      await world.pass(0);
      assert.deepEqual(versions(taskId), ["2"]);
    });

    it("are of the version that it had when it claimed the task, not of the one when that was fetched for it", async () => {
      const taskId = world.centre.submit({ bytes, kinds: [{ kind: "yara" }] });
      const detector = await world.detector("d1");
      await detector.claim(1);
      await world.pass(1_000);
      await renewed(detector);
      await detector.report(await detector.claim(1));
      await world.pass(0);
      assert.deepEqual(versions(taskId), ["2"]);
    });
  });

  it("a result that breaks a bound is refused", async () => {
    submit();
    const [detector] = await detectors();
    const [task] = (await detector?.take(1)) ?? [];
    const wrong: readonly object[] = [
      { ...white, trust: "clean" },
      { ...white, reputation: 101 },
      { ...white, names: Array.from({ length: 65 }, () => "x") },
      { ...white, names: ["x".repeat(201)] },
      { outcome: "error", failure: "tired", message: "" },
    ];
    for (const result of wrong) {
      const report = { detector: "a1", incarnation: "life-1", results: [{ ...task, result, tookMs: 1 }] };
      const call: unknown = Reflect.apply(world.desk.reportResults.bind(world.desk), undefined, [report]);
      assert.ok(call instanceof Promise);
      await assert.rejects(world.run(call), (error: DetectError) => error.code === "invalid");
    }
  });

  it("a result counts once, and only from the detector that has the task (RELAY-18)", async () => {
    const taskId = submit();
    const all = await detectors();
    const [one] = all;
    const thief = await world.detector("a2", { kind: "a" });
    assert.ok(one !== undefined);
    const [tasks = [], ...others] = await takeAll(all);
    await thief.report(tasks, { outcome: "no-opinion" });
    await one.report(tasks);
    await one.report(tasks, { outcome: "no-opinion" });
    for (const [index, detector] of all.slice(1).entries()) await detector.report(others[index] ?? []);
    await one.report(tasks);
    await world.pass(0);
    assert.deepEqual(
      world.centre.answersOf(taskId).map(({ detector, result }) => [detector, result]),
      all.map(({ name }) => [name, white]),
    );
    assert.equal(world.centre.summaries.length, 1);
  });

  it("before the time of the task is over, the summary goes with what is there, and says who is missing", async () => {
    const taskId = submit(38_000);
    const all = await detectors();
    const [tasks = []] = await takeAll(all);
    await all[0]?.report(tasks);
    for (let passed = 0; passed < 35; passed += 5) {
      await beat(all);
      await world.pass(5_000);
    }
    assert.deepEqual(
      world.centre.answersOf(taskId).map(({ detector, result }) => [detector, result.outcome]),
      [
        ["a1", "verdict"],
        ["b1", "error"],
        ["c1", "error"],
      ],
    );
    assert.equal(world.centre.summaries.length, 1);
  });

  it("claims are kept while detectors work, and answers wait for each other", async () => {
    world.centre.leaseMs = 6_000;
    const taskId = submit();
    const all = await detectors();
    const [tasks = [], ...others] = await takeAll(all);
    await all[0]?.report(tasks);
    for (let passed = 0; passed < 60; passed += 5) {
      await beat(all);
      await world.pass(5_000);
    }
    for (const [index, detector] of all.slice(1).entries()) await detector.report(others[index] ?? []);
    await world.pass(0);
    assert.equal(world.centre.answersOf(taskId).length, 3);
    assert.ok(world.centre.extensions >= 20);
    // A third of the time is over by then: an answer that does not come leaves time to ask another node.
    assert.equal(world.centre.extendedWithinMs, world.centre.leaseMs / 4);
    assert.equal((await world.view()).taskCounts.lost, 0);
  });

  it("what the centre has taken away is not reported, and its object is deleted", async () => {
    submit();
    const all = await detectors();
    const tasks = await takeAll(all);
    world.centre.cancel();
    await beat(all);
    await world.pass(9_000);
    await beat(all);
    await world.pass(8_000);
    await beat(all);
    await world.pass(6_000);
    assert.equal((await world.view()).taskCounts.executions, 0);
    await all[0]?.report(tasks[0] ?? []);
    await world.pass(0);
    assert.equal(world.centre.messages.length, 0);
    assert.deepEqual(world.files(), []);
  });

  it("an execution that is fetched again while it is here goes on under its new claim", async () => {
    const taskId = submit();
    const all = await detectors();
    const tasks = await takeAll(all);
    world.centre.revoke();
    for (const detector of all) await detector.claim(8);
    await world.pass(1_000);
    assert.deepEqual(await Promise.all(all.map((detector) => detector.claim(8))), [[], [], []]);
    for (const [index, detector] of all.entries()) await detector.report(tasks[index] ?? []);
    await world.pass(0);
    assert.equal(world.centre.answersOf(taskId).length, 3);
    assert.equal(world.centre.downloads.length, 1);
  });

  it("a centre that cannot be reached gets the summary later; the claims are held as long as they were given", async () => {
    const taskId = submit();
    const all = await detectors();
    const tasks = await takeAll(all);
    world.centre.unreachable = true;
    for (const [index, detector] of all.entries()) await detector.report(tasks[index] ?? []);
    await world.pass(9_000);
    assert.equal(world.centre.messages.length, 0);
    world.centre.unreachable = false;
    await beat(all);
    await world.pass(5_000);
    assert.equal(world.centre.answersOf(taskId).length, 3);
    assert.equal(world.centre.messages.length, 1);
    // Away for longer than claims hold: others do the work, and nothing is kept here.
    submit();
    await takeAll(all);
    world.centre.unreachable = true;
    for (let passed = 0; passed < 35; passed += 5) {
      await beat(all);
      await world.pass(5_000);
    }
    assert.equal((await world.view()).taskCounts.executions, 0);
    assert.equal(world.centre.waiting, 3);
  });

  it("a summary that the centre refuses holds up no other one", async () => {
    const bad = submit();
    world.centre.refuse = ({ taskId }) => taskId === bad;
    const good = [submit(), submit()];
    const all = await detectors();
    const tasks = await takeAll(all);
    for (const [index, detector] of all.entries()) await detector.report(tasks[index] ?? []);
    await world.pass(5_000);
    assert.deepEqual(
      good.map((taskId) => world.centre.answersOf(taskId).length),
      [3, 3],
    );
    assert.equal(world.centre.answersOf(bad).length, 0);
  });

  it("at its end the relay gives back what is not finished, and reports what is", async () => {
    const finished = submit();
    const all = await detectors();
    const tasks = await takeAll(all);
    await all[0]?.report(tasks[0] ?? []);
    const { centre } = world;
    assert.deepEqual(await world.end(), []);
    const [summary] = centre.summaries;
    assert.equal(centre.messages.length, 1);
    assert.deepEqual(
      [summary?.answers.length, summary?.givenBack.map(({ reason }) => reason)],
      [1, ["returned", "returned"]],
    );
    assert.equal(centre.answersOf(finished).length, 1);
    world = await RelayWorld.start();
  });
});
