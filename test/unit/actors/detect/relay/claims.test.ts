import assert from "node:assert/strict";
import { versionHash } from "../../../../../src/actors/detect/records/offers-record.ts";
import type { DetectError } from "../../../../../src/actors/detect/index.ts";
import { RelayWorld } from "../../../../support/relay/relay-world.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("claims of detectors", () => {
  let world: RelayWorld;

  beforeEach(async () => {
    world = await RelayWorld.start();
  });
  afterEach(async () => {
    assert.deepEqual(await world.end(), []);
  });

  const submit = (count: number, kinds: readonly string[] = ["yara"]): readonly string[] =>
    Array.from({ length: count }, (_, index) =>
      world.centre.submit({ bytes: bytes(`object ${index}`), kinds: kinds.map((kind) => ({ kind })) }),
    );
  const counts = () => world.centre.fetches.map(({ wanted }) => wanted.map(({ kind, count }) => [kind, count]));

  it("of one window count as their maximum: 5, 10, 5 fetch exactly 10 (RELAY-6, RELAY-8, RELAY-10)", async () => {
    submit(40);
    const detector = await world.detector("d1");
    for (const count of [5, 10, 5]) {
      assert.deepEqual(await detector.claim(count), []);
      await world.kernel.advance(100);
    }
    await world.pass(700);
    assert.deepEqual(counts(), [[["yara", 10]]]);
    assert.equal((await detector.claim(40)).length, 10);
  });

  it("that come alone count as they are (RELAY-11)", async () => {
    submit(40);
    const detector = await world.detector("d1");
    assert.equal((await detector.take(7)).length, 7);
    assert.deepEqual(counts(), [[["yara", 7]]]);
  });

  it("of several detectors add up, in one request; of several kinds too (RELAY-9, RELAY-12)", async () => {
    submit(40, ["yara", "clamav"]);
    const one = await world.detector("d1");
    const two = await world.detector("d2");
    const three = await world.detector("d3", { kind: "clamav" });
    await one.claim(5);
    await two.claim(4);
    await three.claim(3);
    await one.claim(2);
    await world.pass(1_000);
    assert.deepEqual(counts(), [
      [
        ["yara", 9],
        ["clamav", 3],
      ],
    ]);
    assert.equal((await one.claim(40)).length, 5);
    assert.equal((await two.claim(40)).length, 4);
    assert.equal((await three.claim(40)).length, 3);
  });

  it("of many detectors are fetched in messages that the centre takes: 1,000 of a kind, 64 kinds and types", async () => {
    const detectors = await Promise.all(Array.from({ length: 5 }, (_, nth) => world.detector(`d${nth}`)));
    for (const detector of detectors) await detector.claim(256);
    await world.pass(1_000);
    assert.deepEqual(counts(), [[["yara", 1_000]]]);
    for (let nth = 0; nth < 70; nth += 1) await (await world.detector(`k${nth}`, { kind: `kind-${nth}` })).claim(1);
    await world.pass(1_000);
    assert.equal(counts().at(-1)?.length, 64);
  });

  it("no claims: no fetch; polls every 100 ms: one fetch a second (RELAY-8, RELAY-9)", async () => {
    const detector = await world.detector("d1");
    await world.pass(9_000);
    assert.equal(world.centre.fetches.length, 0);
    await detector.heartbeat();
    for (let polls = 0; polls < 50; polls += 1) {
      await detector.claim(4);
      await world.kernel.advance(100);
    }
    assert.equal(world.centre.fetches.length, 5);
    await world.pass(1_000);
    await detector.heartbeat();
    const { length } = world.centre.fetches;
    await world.pass(5_000);
    assert.equal(world.centre.fetches.length, length);
  });

  it("the window is adjustable (RELAY-13)", async () => {
    await world.end();
    world = await RelayWorld.start({ settings: { windowMs: 50 } });
    submit(3);
    const detector = await world.detector("d1");
    await detector.claim(3);
    await world.pass(49);
    assert.equal(world.centre.fetches.length, 0);
    await world.pass(1);
    assert.equal(world.centre.fetches.length, 1);
    assert.equal((await detector.claim(3)).length, 3);
  });

  it("what a detector was assigned and has not claimed yet is not asked for again", async () => {
    submit(40);
    const detector = await world.detector("d1");
    await detector.claim(10);
    await world.pass(1_000);
    assert.equal((await detector.claim(4)).length, 4);
    assert.equal((await detector.claim(2)).length, 2);
    await world.pass(1_000);
    assert.equal(world.centre.fetches.length, 1, "four are left of the first fetch");
    assert.equal((await detector.claim(10)).length, 4);
    await world.pass(1_000);
    assert.deepEqual(counts(), [[["yara", 10]], [["yara", 6]]]);
  });

  it("may name the tasks that they want (RELAY-12)", async () => {
    const [, second, third] = submit(4);
    const detector = await world.detector("d1");
    assert.ok(second !== undefined && third !== undefined);
    await detector.claim(4, "sample-file", [third, second]);
    await world.pass(1_000);
    assert.deepEqual(world.centre.fetches, [
      { wanted: [{ kind: "yara", taskTypes: ["sample-file"], count: 4 }], taskIds: [third, second] },
    ]);
    const tasks = await detector.claim(4, "sample-file", [third]);
    assert.deepEqual(
      tasks.map(({ taskId }) => taskId),
      [third],
    );
    assert.equal((await detector.claim(4)).length, 1);
  });

  it("of a detector that lags behind get nothing: tasks are for the version that the centre asks for", async () => {
    world.centre.version = versionHash({ engineVersion: "1", signatureVersion: "2" });
    submit(4);
    const [older, newer] = [await world.detector("d1"), await world.detector("d2", { signatureVersion: "2" })];
    await older.claim(4);
    await newer.claim(1);
    await world.pass(1_000);
    assert.deepEqual(await older.claim(4), []);
    assert.equal((await newer.claim(4)).length, 4);
    submit(2);
    await world.run(newer.heartbeat());
    older.description = newer.description;
    await older.heartbeat();
    assert.equal((await older.take(1)).length, 1);
  });

  it("go back to the centre while nobody of its version can take them", async () => {
    world.centre.version = versionHash({ engineVersion: "1", signatureVersion: "2" });
    const [taskId] = submit(1);
    const older = await world.detector("d1");
    assert.deepEqual(await older.take(1), []);
    assert.deepEqual(
      world.centre.summaries.map((summary) => [summary.taskId, summary.givenBack[0]?.reason]),
      [[taskId, "returned"]],
    );
  });

  it("name the type; nobody gets another one (RELAY-6, RELAY-25)", async () => {
    const log = world.centre.submit({ bytes: bytes("GET /"), kinds: [{ kind: "yara" }], taskType: "log-data" });
    submit(2);
    const logs = await world.detector("d1", { taskTypes: ["log-data"] });
    const files = await world.detector("d2");
    await logs.claim(5, "log-data");
    await logs.claim(5, "sample-file");
    await files.claim(5);
    await world.pass(1_000);
    assert.deepEqual(
      (await logs.claim(9, "log-data")).map(({ taskId }) => taskId),
      [log],
    );
    assert.deepEqual(await logs.claim(9, "sample-file"), []);
    assert.equal((await files.claim(9)).length, 2);
  });

  it("wait for the first task, in each window again; one that is given up gets none", async () => {
    const detector = await world.detector("d1");
    const gone = new AbortController();
    const first = detector.waitFor(2, 30_000, gone.signal);
    await world.pass(3_000);
    assert.equal(world.centre.fetches.length, 3);
    gone.abort();
    await assert.rejects(first, (error: DetectError) => error.code === "unavailable");
    const second = detector.waitFor(2, 30_000);
    await world.pass(500);
    submit(2);
    await world.pass(1_000);
    const tasks = [...(await world.run(second)), ...(await detector.claim(2))];
    assert.equal(new Set(tasks.map(({ taskId }) => taskId)).size, 2);
  });

  it("are answered with nothing when their time is over", async () => {
    const detector = await world.detector("d1");
    const claim = detector.waitFor(2, 2_500);
    await world.pass(2_500);
    assert.deepEqual(await world.run(claim), []);
    const { length } = world.centre.fetches;
    await world.pass(3_000);
    assert.ok(world.centre.fetches.length <= length + 1, "a claim that was answered wants nothing");
  });

  it("go to the centre again, after a pause, when it does not answer", async () => {
    submit(3);
    const detector = await world.detector("d1");
    world.centre.unreachable = true;
    const claim = detector.waitFor(3, 20_000);
    await world.pass(4_000);
    world.centre.unreachable = false;
    await world.pass(5_000);
    assert.ok((await world.run(claim)).length > 0);
  });

  it("of a stranger, or of an earlier life, are refused; so is what breaks a bound (RELAY-18)", async () => {
    const detector = await world.detector("d1");
    const wants = [{ taskType: "sample-file", count: 1 }] as const;
    const claim = { detector: "d1", incarnation: "life-1", wants, waitMs: 0 };
    const refused = async (change: object, code: string): Promise<void> => {
      await assert.rejects(world.run(world.desk.claimTasks({ ...claim, ...change })), (error: DetectError) => {
        assert.equal(error.code, code, error.message);
        return true;
      });
    };
    await refused({ detector: "d2" }, "not-found");
    await refused({ incarnation: "life-0" }, "not-found");
    await refused({ detector: "../d1" }, "invalid");
    await refused({ wants: [{ taskType: "sample-file", count: 1_025 }] }, "invalid");
    await refused({ wants: [...wants, ...wants] }, "invalid");
    await refused({ waitMs: Infinity }, "invalid");
    assert.deepEqual(await detector.claim(1), []);
  });
});
