import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync } from "node:fs";
import type { DetectError, RelaySettings } from "../../../../../src/actors/detect/index.ts";
import { gate } from "../../../../support/actors.ts";
import type { DownloadFault } from "../../../../support/relay/recorded-centre.ts";
import { RelayWorld } from "../../../../support/relay/relay-world.ts";
import type { TestDetector } from "../../../../support/relay/test-detector.ts";

const object = (index: number, size = 200_000): Uint8Array => Buffer.alloc(size, `object ${index}`);

describe("objects of a relay", () => {
  let world: RelayWorld;

  const start = async (settings: Partial<RelaySettings> = {}): Promise<void> => {
    world = await RelayWorld.start({ settings });
  };
  afterEach(async () => {
    assert.deepEqual(await world.end(), [], "files are left");
    assert.equal(world.centre.open, 0, "downloads are left");
  });

  const detectors = (count: number): Promise<readonly TestDetector[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => world.detector(`d${index}`, { kind: `kind-${index}` })));
  const submit = (bytes: Uint8Array, count: number, leftMs?: number): string =>
    world.centre.submit({
      bytes,
      kinds: Array.from({ length: count }, (_, index) => ({ kind: `kind-${index}` })),
      ...(leftMs === undefined ? {} : { leftMs }),
    });
  const resident = async (): Promise<number> => (await world.view()).objectCounts.residentBytes;

  for (const n of [2, 4, 8]) {
    it(`n = ${n} detectors, 20 objects wanted by all: one request, and each object comes once (RELAY-9, RELAY-16)`, async () => {
      await start();
      const all = await detectors(n);
      for (let index = 0; index < 20; index += 1) submit(object(index), n);
      for (const detector of all) await detector.claim(20);
      await world.pass(1_000);
      for (const detector of all) {
        const tasks = await detector.claim(20);
        assert.equal(tasks.length, 20);
        await detector.report(tasks);
      }
      assert.equal(world.centre.fetches.length, 1);
      assert.equal(world.centre.downloads.length, 20);
      assert.equal(new Set(world.centre.downloads).size, 20);
      assert.equal(world.centre.sentBytes, 20 * 200_000);
      await world.pass(5_000);
      assert.equal(await resident(), 0);
      assert.deepEqual(world.files(), []);
    });
  }

  it("an instance says what it is, where it comes from and where it is (RELAY-14)", async () => {
    await start();
    const taskId = submit(object(1), 2);
    const [one] = await detectors(2);
    const [task] = (await one?.take(1)) ?? [];
    const { objects } = await world.view();
    assert.deepEqual(
      objects.map(({ path, ageMs, ...known }) => [known, path, ageMs >= 0]),
      [
        [
          {
            sha256: task?.object.sha256,
            size: 200_000,
            addresses: ["127.0.0.1:7070"],
            taskId,
            state: "complete",
            needs: 1,
          },
          task?.object.path,
          true,
        ],
      ],
    );
    assert.deepEqual(readFileSync(task?.object.path ?? ""), object(1));
    assert.equal(statSync(task?.object.path ?? "").mode & 0o777, 0o400);
  });

  it("making an instance begins the download; whoever comes later waits for it, or is told at once (RELAY-15, RELAY-16)", async () => {
    await start();
    world.centre.gate = gate();
    submit(object(1), 3);
    const [one, two, three] = await detectors(3);
    assert.ok(one !== undefined && two !== undefined && three !== undefined);
    await one.claim(1);
    await world.kernel.advance(1_000);
    await world.until(
      () => world.centre.downloads.length === 1,
      () => world.centre.fetches,
    );
    await two.claim(1);
    await world.kernel.advance(1_000);
    // A task waits in the download buffer until its object is complete (RELAY-17).
    assert.deepEqual([await one.claim(1), await two.claim(1)], [[], []]);
    world.centre.gate.open();
    await world.rest();
    assert.deepEqual([(await one.claim(1)).length, (await two.claim(1)).length], [1, 1]);
    assert.equal((await three.take(1)).length, 1);
    assert.equal(world.centre.downloads.length, 1);
  });

  it("is deleted once every associated detector has scanned it (RELAY-22)", async () => {
    await start({ objectLingerMs: 0 });
    submit(object(1), 2);
    const [one, two] = await detectors(2);
    assert.ok(one !== undefined && two !== undefined);
    await Promise.all([one, two].map((detector) => detector.claim(1)));
    await world.pass(1_000);
    const tasks = [await one.claim(1), await two.claim(1)];
    await one.report(tasks[0] ?? []);
    await world.rest();
    assert.equal(await resident(), 200_000);
    await two.report(tasks[1] ?? []);
    await world.rest();
    assert.equal(await resident(), 0);
    assert.deepEqual(world.files(), []);
  });

  it("stays a little for those that ask later, and then goes (RELAY-13, RELAY-22)", async () => {
    await start();
    submit(object(1), 3);
    const [one, two, three] = await detectors(3);
    assert.ok(one !== undefined && two !== undefined && three !== undefined);
    await one.report(await one.take(1));
    await world.pass(3_000);
    await two.report(await two.take(1));
    assert.equal(world.centre.downloads.length, 1);
    await world.pass(5_000);
    assert.equal(await resident(), 0);
    for (const detector of [one, two, three]) await detector.heartbeat();
    await three.report(await three.take(1));
    assert.equal(world.centre.downloads.length, 2);
  });

  it("is deleted when it is too old; who still needed it gets a clear answer, and the centre hears who is missing (RELAY-23)", async () => {
    await start({ objectMaxAgeMs: 60_000 });
    const taskId = submit(object(1), 2);
    const [one, two] = await detectors(2);
    assert.ok(one !== undefined && two !== undefined);
    await two.claim(1);
    await one.claim(1);
    await world.pass(1_000);
    const [mine] = [await one.claim(1), await two.claim(1)];
    await one.report(mine ?? []);
    assert.deepEqual(world.centre.answersOf(taskId), [], "the summary waits for the other detector");
    for (let passed = 0; passed < 60; passed += 5) {
      await two.heartbeat();
      await one.heartbeat();
      await world.pass(5_000);
    }
    assert.equal(existsSync(mine?.[0]?.object.path ?? ""), false);
    assert.equal(await resident(), 0);
    await assert.rejects(two.fetch(mine?.[0]?.object.sha256 ?? ""), (error: DetectError) => error.code === "not-found");
    assert.deepEqual(
      world.centre.answersOf(taskId).map(({ detector, result }) => [detector, result.outcome, ...failureOf(result)]),
      [
        ["d0", "verdict"],
        ["d1", "error", "missing-object"],
      ],
    );
    assert.equal(world.centre.summaries.length, 1);
  });

  const faults: readonly DownloadFault[] = ["broken", "corrupt", "too-long", "too-short", "silent"];
  for (const fault of faults) {
    it(`a download that is ${fault} is refused and tried again, with pauses (RELAY-26)`, async () => {
      await start({ downloadIdleMs: 500 });
      world.centre.fault = (_sha256, nth) => (nth <= 2 ? fault : undefined);
      submit(object(1), 1);
      const [one] = await detectors(1);
      await one?.claim(1);
      await world.kernel.advance(1_000);
      await world.until(
        async () => {
          await world.kernel.advance(100);
          return (await world.view()).objects[0]?.state === "complete";
        },
        () => world.centre.downloads,
      );
      assert.equal(world.centre.downloads.length, 3);
      assert.equal((await one?.claim(1))?.length, 1);
      const { corrupt } = (await world.view()).objectCounts;
      assert.equal(corrupt, ["corrupt", "too-long", "too-short"].includes(fault) ? 2 : 0);
      assert.equal(await resident(), 200_000);
    });
  }

  it("an object that cannot be had goes back to the centre after five tries; other objects are not held up (RELAY-26)", async () => {
    await start({ downloads: 1 });
    const bad = submit(object(1), 1);
    const good = submit(object(2), 1);
    const [badSha] = world.centre.downloads;
    assert.equal(badSha, undefined);
    let first: string | undefined;
    world.centre.fault = (sha256) => (sha256 === (first ??= sha256) ? "broken" : undefined);
    const [one] = await detectors(1);
    assert.ok(one !== undefined);
    await one.claim(2);
    for (let passed = 0; passed < 40; passed += 1) {
      await one.heartbeat();
      await world.pass(500);
    }
    const tasks = await one.claim(2);
    assert.deepEqual(
      tasks.map(({ taskId }) => taskId),
      [good],
    );
    const given = world.centre.summaries.filter(({ givenBack }) => givenBack.length > 0);
    assert.deepEqual(
      given.map(({ taskId, givenBack }) => [taskId, givenBack.map(({ reason }) => reason)]),
      [[bad, ["failed"]]],
    );
    assert.match(given[0]?.givenBack[0]?.message ?? "", /missing-object/);
    assert.equal(world.centre.downloads.filter((sha256) => sha256 === first).length, 5);
  });

  it("an object that no node has now goes back at once, and comes from where it is then", async () => {
    await start();
    world.centre.addresses = [];
    submit(object(1), 1);
    const [one] = await detectors(1);
    assert.deepEqual(await one?.take(1), []);
    await world.pass(0);
    assert.equal(world.centre.downloads.length, 1);
    const [back] = world.centre.summaries;
    assert.match(back?.givenBack[0]?.message ?? "", /^missing-object: .*no node is up/);
    world.centre.addresses = ["127.0.0.2:7070"];
    for (let passed = 0; passed < 12; passed += 1) {
      await one?.heartbeat();
      await world.pass(500);
    }
    const tasks = (await one?.take(1)) ?? [];
    assert.equal(tasks.length, 1);
    await one?.report(tasks);
    assert.deepEqual(world.centre.asked, [[], ["127.0.0.2:7070"]]);
  });

  it("a download that is tried again asks the nodes that who came last was told of", async () => {
    await start();
    world.centre.fault = (_sha256, nth) => (nth < 5 ? "broken" : undefined);
    submit(object(1), 2);
    const [one, two] = await detectors(2);
    await one?.take(1);
    world.centre.addresses = ["127.0.0.2:7070"];
    const waiting = new Set([one, two]);
    for (let passed = 0; passed < 40 && waiting.size > 0; passed += 1) {
      for (const detector of waiting) {
        await detector?.heartbeat();
        const tasks = (await detector?.claim(1)) ?? [];
        if (tasks.length === 0) continue;
        await detector?.report(tasks);
        waiting.delete(detector);
      }
      await world.pass(500);
    }
    assert.equal(waiting.size, 0);
    assert.deepEqual(world.centre.asked.at(0), ["127.0.0.1:7070"]);
    assert.deepEqual(world.centre.asked.at(-1), ["127.0.0.2:7070"]);
  });

  it("an object that the centre does not have is answered at once: missing-object", async () => {
    await start();
    world.centre.fault = () => "gone";
    const taskId = submit(object(1), 1);
    const [one] = await detectors(1);
    await one?.take(1);
    await world.pass(0);
    assert.deepEqual(
      world.centre.answersOf(taskId).map(({ result }) => failureOf(result)),
      [["missing-object"]],
    );
    assert.equal(world.centre.downloads.length, 1);
  });

  it("one that does not fit waits, one larger than the cache is an error of kind limit", async () => {
    await start({ objectBytes: 500_000, objectLingerMs: 60_000 });
    const large = submit(object(9, 500_001), 1);
    for (let index = 0; index < 4; index += 1) submit(object(index), 1);
    const [one] = await detectors(1);
    assert.ok(one !== undefined);
    const first = await one.take(5);
    assert.deepEqual(
      world.centre.answersOf(large).map(({ result }) => failureOf(result)),
      [["limit"]],
    );
    assert.equal(first.length, 2);
    assert.equal(await resident(), 400_000);
    await one.report(first);
    await world.until(
      async () => (await resident()) === 400_000 && world.centre.downloads.length === 4,
      () => world.centre.downloads,
    );
    await world.rest();
    const second = await one.claim(5);
    assert.equal(second.length, 2);
    await one.report(second);
  });

  it("downloads at once are bounded", async () => {
    await start({ downloads: 3 });
    for (let index = 0; index < 12; index += 1) submit(object(index), 1);
    const [one] = await detectors(1);
    assert.equal((await one?.take(12))?.length, 12);
    assert.equal(world.centre.mostOpen, 3);
  });

  it("a download that nobody wants any more ends", async () => {
    await start();
    world.centre.gate = gate();
    submit(object(1), 1);
    const [one] = await detectors(1);
    await one?.claim(1);
    await world.kernel.advance(1_000);
    await world.until(
      () => world.centre.open === 1,
      () => world.centre.downloads,
    );
    world.centre.cancel();
    // Until the relay hears of it, and the object has stayed for those that might ask.
    await world.pass(17_000);
    assert.equal(await resident(), 0);
    assert.equal(world.centre.open, 0);
  });

  it("a download whose claim is lost goes on for who has the task next: the object comes once (RELAY-16)", async () => {
    await start();
    world.centre.gate = gate();
    world.centre.leaseMs = 3_000;
    submit(object(1), 1);
    const [one] = await detectors(1);
    await one?.claim(1);
    await world.kernel.advance(1_000);
    await world.until(
      () => world.centre.open === 1,
      () => world.centre.downloads,
    );
    world.centre.revoke();
    await world.kernel.advance(3_000);
    assert.deepEqual(await one?.claim(1), []);
    await world.kernel.advance(1_000);
    await world.until(
      () => world.centre.waiting === 0,
      () => world.centre.fetches,
    );
    world.centre.gate.open();
    await world.rest();
    assert.equal((await one?.claim(1))?.length, 1);
    assert.equal(world.centre.downloads.length, 1);
  });

  it("come over the socket too, only for a detector that has a task with them (RELAY-18)", async () => {
    await start();
    submit(object(1), 1);
    const [one, two] = await detectors(2);
    const [task] = (await one?.take(1)) ?? [];
    assert.ok(one !== undefined && two !== undefined && task !== undefined);
    assert.deepEqual(await one.fetch(task.object.sha256), Buffer.from(object(1)));
    await assert.rejects(two.fetch(task.object.sha256), (error: DetectError) => error.code === "not-found");
    await assert.rejects(one.fetch("../../etc/passwd"), (error: DetectError) => error.code === "invalid");
  });
});

const failureOf = (result: { readonly outcome: string }): readonly unknown[] =>
  "failure" in result ? [result.failure] : [];
