import assert from "node:assert/strict";
import type { DetectError } from "../../../../../src/actors/detect/index.ts";
import { RelayWorld } from "../../../../support/relay/relay-world.ts";
import { TestDetector } from "../../../../support/relay/test-detector.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("detectors of a relay", () => {
  let world: RelayWorld;

  beforeEach(async () => {
    world = await RelayWorld.start();
  });
  afterEach(async () => {
    assert.deepEqual(await world.end(), []);
  });

  const submit = (count = 1): string =>
    world.centre.submit({ bytes: bytes("object"), kinds: [{ kind: "yara", count }] });
  const names = async (): Promise<readonly string[]> => (await world.view()).detectors.map(({ detector }) => detector);
  const paths = (path: string): readonly string[] => {
    const found = world.kernel.system.tree();
    const below = path
      .split("/")
      .slice(1)
      .reduce<typeof found | undefined>(
        (view, name) => view?.children.find((child) => child.path.endsWith(`/${name}`)),
        found,
      );
    return below?.children.map((child) => child.path).toSorted() ?? [];
  };

  it("three managers, each an actor; a stand-in for each detector (RELAY-2)", async () => {
    await world.detector("d1");
    await world.detector("d2");
    assert.deepEqual(paths("/relay"), ["/relay/detectors", "/relay/objects", "/relay/tasks"]);
    assert.deepEqual(paths("/relay/detectors"), ["/relay/detectors/d1", "/relay/detectors/d2"]);
  });

  it("the first heartbeat makes the instance; the centre is told at once (RELAY-3)", async () => {
    assert.deepEqual(await names(), []);
    const detector = new TestDetector(world, "d1", { kind: "clamav", signatureVersion: "27" });
    assert.equal(await detector.heartbeat(3), 2_000);
    const [instance] = (await world.view()).detectors;
    assert.deepEqual(instance, {
      ...{ detector: "d1", incarnation: "life-1", description: detector.description, capacity: 8, load: 3 },
      ...{ pid: undefined, silentMs: 0 },
    });
    await world.pass(100);
    assert.deepEqual(world.centre.announced.at(-1), [{ ...detector.description, detectors: 1 }]);
  });

  it("a new version is announced at once; two versions of a kind are two offers", async () => {
    await world.detector("d1");
    await world.detector("d2");
    await world.pass(100);
    assert.deepEqual(
      world.centre.announced.at(-1)?.map(({ signatureVersion, detectors }) => [signatureVersion, detectors]),
      [["1", 2]],
    );
    await world.detector("d2", { signatureVersion: "2" });
    await world.pass(100);
    assert.deepEqual(
      world.centre.announced.at(-1)?.map(({ signatureVersion, detectors }) => [signatureVersion, detectors]),
      [
        ["1", 1],
        ["2", 1],
      ],
    );
  });

  it("that the centre would refuse are refused here, and no other detector suffers from them", async () => {
    await world.detector("good");
    for (const signatureVersion of ["", "v".repeat(65), "a\nb"]) {
      await assert.rejects(world.detector("bad", { signatureVersion }), { code: "invalid" });
    }
    for (let nth = 0; nth < 70; nth += 1) await world.detector(`d${nth}`, { signatureVersion: `${nth}` });
    await world.pass(200);
    const offers = world.centre.announced.at(-1) ?? [];
    assert.deepEqual([offers.length, offers[0]?.signatureVersion], [64, "1"]);
  });

  it("of a version that is not known yet is announced as that: it is configured, and missed", async () => {
    await world.detector("d1", { signatureVersion: "unknown" });
    await world.pass(100);
    assert.deepEqual(
      world.centre.announced.at(-1)?.map(({ signatureVersion }) => signatureVersion),
      ["unknown"],
    );
    await world.detector("d1", { signatureVersion: "7" });
    await world.pass(100);
    assert.deepEqual(
      world.centre.announced.at(-1)?.map(({ signatureVersion }) => signatureVersion),
      ["7"],
    );
  });

  it("without a heartbeat in time the instance is deleted, and what comes of it is refused (RELAY-4)", async () => {
    const detector = await world.detector("d1");
    await world.pass(9_999);
    assert.deepEqual(await names(), ["d1"]);
    await detector.heartbeat();
    await world.pass(9_999);
    assert.deepEqual(await names(), ["d1"]);
    await world.pass(1);
    assert.deepEqual(await names(), []);
    assert.deepEqual(paths("/relay/detectors"), []);
    await assert.rejects(detector.claim(1), (error: DetectError) => error.code === "not-found");
    await world.pass(100);
    assert.deepEqual(world.centre.announced.at(-1), []);
    await detector.heartbeat();
    assert.deepEqual(await detector.claim(1), []);
  });

  it("what it had begun goes to another of the kind (RELAY-5)", async () => {
    const taskId = submit();
    const one = await world.detector("d1");
    assert.equal((await one.take(1)).length, 1);
    await world.pass(5_000);
    const two = await world.detector("d2");
    await world.pass(5_000);
    const tasks = await two.claim(1);
    assert.deepEqual(
      tasks.map((task) => task.taskId),
      [taskId],
    );
    await two.report(tasks);
    await world.pass(0);
    assert.deepEqual(
      world.centre.answersOf(taskId).map(({ detector }) => detector),
      ["d2"],
    );
    assert.equal(world.centre.fetches.length, 1);
    assert.equal(world.centre.downloads.length, 1);
  });

  it("an object under which two detectors ended goes back as failed, not to a third one (RELAY-5)", async () => {
    const taskId = submit();
    const one = await world.detector("d1");
    assert.equal((await one.take(1)).length, 1);
    const two = await world.detector("d2");
    await world.detector("d1", { incarnation: "life-2" });
    assert.equal((await two.claim(1)).length, 1);
    await world.detector("d3");
    await world.detector("d2", { incarnation: "life-2" });
    await world.pass(0);
    const givenBack = world.centre.summaries[0]?.givenBack ?? [];
    assert.deepEqual(
      givenBack.map(({ claim, reason }) => [claim.taskId, reason]),
      [[taskId, "failed"]],
    );
  });

  it("with no other of the kind its tasks return to the centre: those it had begun as failed (RELAY-5)", async () => {
    const begun = submit();
    const one = await world.detector("d1");
    await world.detector("d2", { kind: "clamav" });
    assert.equal((await one.take(1)).length, 1);
    const waiting = world.centre.submit({ bytes: bytes("other"), kinds: [{ kind: "yara" }] });
    await one.claim(1);
    await world.pass(1_000);
    await world.pass(9_000);
    assert.deepEqual(
      new Map(
        world.centre.summaries.flatMap(({ taskId, givenBack }) => givenBack.map(({ reason }) => [taskId, reason])),
      ),
      new Map([
        [begun, "failed"],
        [waiting, "returned"],
      ]),
    );
    await world.pass(2_000);
    assert.equal(world.centre.waiting, 2);
    const three = await world.detector("d3");
    assert.equal((await three.take(2)).length, 2);
  });

  it("a detector that begins another life has lost what it had; results of the earlier one are refused (RELAY-4, RELAY-5)", async () => {
    const taskId = submit();
    const before = await world.detector("d1");
    const tasks = await before.take(1);
    const after = await world.detector("d1", { incarnation: "life-2" });
    await assert.rejects(before.report(tasks), (error: DetectError) => error.code === "not-found");
    await world.pass(3_000);
    const again = await after.take(1);
    assert.deepEqual(
      again.map((task) => task.taskId),
      [taskId],
    );
  });

  it("executions of one task go to different detectors; the surplus goes back (RELAY-12)", async () => {
    const taskId = submit(3);
    const one = await world.detector("d1");
    const two = await world.detector("d2");
    await one.claim(8);
    await two.claim(8);
    await world.pass(1_000);
    const [first, second] = [await one.claim(8), await two.claim(8)];
    assert.deepEqual([first.length, second.length], [1, 1]);
    const surplus = world.centre.summaries.flatMap(({ givenBack }) => givenBack);
    assert.deepEqual(
      surplus.map(({ claim, reason, delayMs }) => [claim.taskId, reason, delayMs]),
      [[taskId, "returned", 2_000]],
    );
    await one.report(first);
    await two.report(second);
    await world.pass(2_000);
    // Who has answered gets no other execution of the task; a third one does.
    assert.deepEqual(await one.take(8), []);
    const three = await world.detector("d3");
    await world.pass(2_000);
    await three.report(await three.take(8));
    await world.pass(0);
    assert.deepEqual(
      new Set(world.centre.answersOf(taskId).map(({ detector }) => detector)),
      new Set(["d1", "d2", "d3"]),
    );
  });

  it("an execution is not for who has answered another one of the task in an earlier life of the relay", async () => {
    const taskId = submit(2);
    world.centre.answeredBefore(taskId, "d1");
    const one = await world.detector("d1");
    assert.deepEqual(await one.take(8), []);
    const two = await world.detector("d2");
    await world.pass(2_000);
    await two.report(await two.take(8));
    await world.pass(0);
    assert.deepEqual(
      world.centre.answersOf(taskId).map(({ detector }) => detector),
      ["d1", "d2"],
    );
  });

  it("what a detector never got, for the answer was lost, it is offered once more", async () => {
    submit();
    const detector = await world.detector("d1");
    assert.equal((await detector.take(1)).length, 1);
    await world.pass(100);
    await detector.heartbeat(0);
    assert.deepEqual(await detector.claim(1), [], "the first heartbeat may have crossed the answer");
    await world.pass(2_000);
    await detector.heartbeat(0);
    const tasks = await detector.claim(1);
    assert.equal(tasks.length, 1);
    for (let beats = 0; beats < 3; beats += 1) {
      await world.pass(2_000);
      await detector.heartbeat(0);
    }
    assert.deepEqual(await detector.claim(1), [], "only once");
    await detector.report(tasks);
  });

  it("a detector that had nothing for long is offered once more what it never got", async () => {
    const detector = await world.detector("d1");
    for (let beats = 0; beats < 3; beats += 1) {
      await world.pass(2_000);
      await detector.heartbeat(0);
    }
    submit();
    assert.equal((await detector.take(1)).length, 1);
    await world.pass(100);
    await detector.heartbeat(0);
    assert.deepEqual(await detector.claim(1), [], "the first heartbeat may have crossed the answer");
    await world.pass(2_000);
    await detector.heartbeat(0);
    const tasks = await detector.claim(1);
    assert.equal(tasks.length, 1);
    await detector.report(tasks);
  });

  it("a heartbeat that breaks a bound is refused, and the relay is as before", async () => {
    const beat = {
      ...{ detector: "d1", incarnation: "life-1", capacity: 1, load: 0 },
      description: new TestDetector(world, "d1", {}).description,
    };
    const wrong: readonly object[] = [
      { detector: "a/b" },
      { incarnation: "" },
      { capacity: 0 },
      { load: -1 },
      { description: { ...beat.description, kind: "YARA" } },
      { description: { ...beat.description, class: "magic" } },
      { description: { ...beat.description, taskTypes: [] } },
      { description: { ...beat.description, signatureVersion: "a\u001b[2J" } },
    ];
    for (const change of wrong) {
      await assert.rejects(world.run(world.desk.heartbeat({ ...beat, ...change })), (error: DetectError) => {
        assert.equal(error.code, "invalid");
        return true;
      });
    }
    assert.deepEqual(await names(), []);
  });

  it("that cannot scan, or do not know their version, are given nothing of one of their kind that is gone", async () => {
    const taskId = world.centre.submit({ bytes: Buffer.from("object"), kinds: [{ kind: "yara" }] });
    const gone = await world.detector("d1");
    const unable = await world.detector("d2");
    unable.description = { ...unable.description, problem: "its scanner does not answer" };
    const unknown = await world.detector("d3", { signatureVersion: "unknown" });
    await unable.heartbeat();
    assert.equal((await gone.take(1)).length, 1);
    for (let passed = 0; passed < 12; passed += 2) {
      await unable.heartbeat();
      await unknown.heartbeat();
      await world.pass(2_000);
    }
    const [given] = world.centre.summaries.flatMap(({ givenBack }) => givenBack);
    assert.deepEqual([given?.claim.taskId, given?.reason], [taskId, "failed"]);
  });
});
