import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { ConfiguredDetectors, DetectError, DetectorProcess } from "../../../../../src/actors/detect/index.ts";
import type { DetectorDescription } from "../../../../../src/engines/malware/index.ts";
import { RelayWorld } from "../../../../support/relay/relay-world.ts";
import { TestDetector } from "../../../../support/relay/test-detector.ts";

const description: DetectorDescription = {
  ...{ kind: "yara", class: "static", taskTypes: ["sample-file"] },
  ...{ engineVersion: "1", signatureVersion: "1" },
};
const describe1 = () => Promise.resolve(description);

/** Processes that do nothing: what a detector says, the test says for it. */
class Started {
  readonly #live = new Map<string, number>();
  readonly names: string[] = [];
  fails = false;

  readonly start = async (kind: string, name: string): Promise<DetectorProcess> => {
    assert.ok(name.startsWith(`${kind}-`));
    this.names.push(name);
    if (this.fails) throw new Error("no such program");
    const child = spawn("/bin/cat", { stdio: ["pipe", "ignore", "ignore"] });
    const ended = once(child, "exit").then(([code, signal]) => {
      this.#live.delete(name);
      return signal === null ? `exit code ${String(code)}` : String(signal);
    });
    await once(child, "spawn");
    this.#live.set(name, child.pid ?? 0);
    const stop = async (graceMs: number): Promise<void> => {
      child.kill(graceMs === 0 ? "SIGKILL" : "SIGTERM");
      await ended;
    };
    return { pid: child.pid ?? 0, ended, stop };
  };

  get live(): readonly string[] {
    return [...this.#live.keys()].toSorted();
  }

  kill(name: string): void {
    process.kill(this.#live.get(name) ?? NaN, "SIGKILL");
  }
}

describe("detectors that a relay starts", () => {
  let world: RelayWorld;
  let started: Started;

  const start = async (...detectors: readonly ConfiguredDetectors[]): Promise<void> => {
    started = new Started();
    world = await RelayWorld.start({
      processes: { start: started.start, detectors, idleStopMs: 300_000, graceMs: 1_000 },
    });
  };
  const lazy: ConfiguredDetectors = { kind: "yara", count: 2, start: "lazy", describe: describe1 };
  const live = (names: readonly string[]): Promise<void> =>
    world.until(
      () => JSON.stringify(started.live) === JSON.stringify(names),
      () => ({ live: started.live, started: started.names }),
    );
  const submit = (): string => world.centre.submit({ bytes: Buffer.from("object"), kinds: [{ kind: "yara" }] });

  afterEach(async () => {
    assert.deepEqual(await world.end(), []);
    assert.deepEqual(started.live, [], "processes are left");
  });

  it("lazy ones are offered without a process, and start when something waits", async () => {
    await start(lazy);
    await world.pass(10_000);
    assert.deepEqual(started.names, []);
    assert.deepEqual(world.centre.announced.at(-1), [{ ...description, detectors: 0 }]);
    submit();
    await world.pass(2_000);
    await live(["yara-1", "yara-2"]);
    await world.detector("yara-1");
    await world.pass(100);
    assert.deepEqual(world.centre.announced.at(-1), [{ ...description, detectors: 1 }]);
  });

  it("what a kind says of itself without a process is read before each announcement", async () => {
    let signatureVersion = "1";
    await start({ ...lazy, describe: () => Promise.resolve({ ...description, signatureVersion }) });
    await world.pass(2_000);
    signatureVersion = "2";
    await world.pass(2_000);
    assert.equal(world.centre.announced.at(-1)?.[0]?.signatureVersion, "2");
  });

  it("a kind that does not say in time what it is has failed, with the reason, and keeps no other from being announced", async () => {
    const looksAt = { class: "static", taskTypes: ["code"] } as const;
    let asked = 0;
    let answers: (said: DetectorDescription) => void = () => undefined;
    const describe = () => {
      asked += 1;
      return new Promise<DetectorDescription>((resolve) => (answers = resolve));
    };
    await start({ ...lazy, describe: describe1 }, { kind: "sigma", count: 1, start: "lazy", describe, looksAt });
    await world.pass(5_000);
    const unknown = { engineVersion: "unknown", signatureVersion: "unknown" };
    const problem = "what it scans with could not be read in 5000 ms: look at its files and their disk";
    const failed = { kind: "sigma", ...looksAt, ...unknown, detectors: 0, problem };
    const { announced } = world.centre;
    assert.deepEqual(announced.at(-1), [{ ...description, detectors: 0 }, failed]);
    const { length } = announced;
    await world.pass(20_000);
    assert.ok(announced.length >= length + 8, `${announced.length - length} announcements in 20 s`);
    assert.equal(asked, 1, "it is not asked again while it is asked");
    const said = { ...description, kind: "sigma" };
    answers(said);
    await world.pass(2_000);
    answers(said);
    await world.pass(2_000);
    assert.deepEqual(announced.at(-1)?.at(-1), { ...said, detectors: 0 });
  });

  it("of a kind that nobody knows one starts at once, to be asked", async () => {
    await start({ kind: "yara", count: 2, start: "lazy" });
    await world.pass(100);
    await live(["yara-1"]);
    assert.deepEqual(world.centre.announced.at(-1), []);
    await world.detector("yara-1", { signatureVersion: "9" });
    await world.pass(12_000);
    assert.deepEqual(
      world.centre.announced.at(-1)?.map(({ signatureVersion, detectors }) => [signatureVersion, detectors]),
      [["9", 0]],
    );
  });

  it("one whose engine has not answered is announced also when its process has ended, and is asked again", async () => {
    await start({ kind: "yara", count: 1, start: "lazy" });
    await world.pass(100);
    await live(["yara-1"]);
    await world.detector("yara-1", { signatureVersion: "unknown" });
    await world.pass(12_000);
    assert.deepEqual(
      world.centre.announced.at(-1)?.map(({ signatureVersion, detectors }) => [signatureVersion, detectors]),
      [["unknown", 0]],
    );
    // The process ends in its own time, and is missed at the next look.
    await world.until(
      async () => {
        await world.pass(1_000);
        return started.names.length === 2;
      },
      () => started.names,
    );
    await world.detector("yara-1", { signatureVersion: "9", incarnation: "life-2" });
    await world.pass(100);
    assert.deepEqual(
      world.centre.announced.at(-1)?.map(({ signatureVersion, detectors }) => [signatureVersion, detectors]),
      [["9", 1]],
    );
  });

  it("eager ones start with the relay", async () => {
    await start({ ...lazy, start: "eager" });
    await live(["yara-1", "yara-2"]);
  });

  it("run once under each name after the relay has begun again: the end of an earlier process says nothing of the next one", async () => {
    await start({ ...lazy, start: "eager" });
    await live(["yara-1", "yara-2"]);
    await world.restart("tasks");
    await live(["yara-1", "yara-2"]);
    await world.pass(10_000);
    assert.deepEqual(started.names, ["yara-1", "yara-2", "yara-1", "yara-2"]);
  });

  it("lazy ones end when nothing came for them for some time; what still comes of them is refused", async () => {
    await start({ ...lazy, count: 1 });
    submit();
    await world.pass(2_000);
    await live(["yara-1"]);
    const detector = await world.detector("yara-1");
    await detector.report(await detector.take(1));
    for (let passedMs = 0; passedMs < 288_000; passedMs += 9_000) {
      await detector.heartbeat(0);
      await world.kernel.advance(9_000);
    }
    assert.deepEqual(started.live, ["yara-1"]);
    await detector.heartbeat(0);
    await world.kernel.advance(9_000);
    await detector.heartbeat(0);
    await world.kernel.advance(4_000);
    await live([]);
    await assert.rejects(detector.heartbeat(0), (error: DetectError) => error.code === "unavailable");
    assert.equal((await world.view()).detectors.length, 0);
    await world.kernel.advance(60_000);
    assert.equal(started.names.length, 1);
  });

  it("one that is killed is gone at once, and starts again", async () => {
    await start({ ...lazy, count: 1 });
    const taskId = submit();
    await world.pass(2_000);
    await live(["yara-1"]);
    const detector = await world.detector("yara-1");
    assert.equal((await detector.take(1)).length, 1);
    started.kill("yara-1");
    await world.until(
      async () => (await world.view()).detectors.length === 0,
      () => started.live,
    );
    assert.deepEqual(
      world.centre.summaries.map((summary) => [summary.taskId, summary.givenBack[0]?.reason]),
      [[taskId, "failed"]],
    );
    await world.kernel.advance(300);
    await live(["yara-1"]);
    await new TestDetector(world, "yara-1", { incarnation: "life-2" }).heartbeat();
    assert.equal((await world.view()).detectors.length, 1);
  });

  it("one that hangs is killed and starts again: without a first heartbeat, and without a later one", async () => {
    await start({ ...lazy, count: 1, start: "eager" });
    await live(["yara-1"]);
    await world.kernel.advance(60_000);
    await world.until(
      () => started.live.length === 0,
      () => started.live,
    );
    await world.kernel.advance(300);
    await live(["yara-1"]);
    await world.detector("yara-1");
    await world.kernel.advance(10_000);
    await world.until(
      () => started.live.length === 0,
      () => started.live,
    );
  });

  it("a kind that cannot start is announced with the reason, and without it as soon as it can", async () => {
    const looksAt = { class: "static", taskTypes: ["code"] } as const;
    await start({ ...lazy, count: 1 }, { kind: "clamav", count: 1, start: "lazy", looksAt });
    started.fails = true;
    submit();
    for (let passed = 0; passed < 10; passed += 1) await world.kernel.advance(1_000);
    const unknown = { engineVersion: "unknown", signatureVersion: "unknown" };
    const problem = "it cannot be started: no such program";
    assert.deepEqual(world.centre.announced.at(-1), [
      { ...description, detectors: 0, problem },
      { kind: "clamav", ...looksAt, ...unknown, detectors: 0, problem },
    ]);
    started.fails = false;
    for (let passed = 0; passed < 40; passed += 1) await world.kernel.advance(1_000);
    await live(["clamav-1", "yara-1"]);
    await world.detector("yara-1");
    await world.pass(200);
    assert.deepEqual(world.centre.announced.at(-1)?.[0], { ...description, detectors: 1 });
  });

  it("one that cannot be started is tried again with growing pauses", async () => {
    await start({ ...lazy, count: 1 });
    started.fails = true;
    submit();
    for (let passed = 0; passed < 60; passed += 1) await world.kernel.advance(1_000);
    assert.ok(started.names.length >= 6 && started.names.length <= 12, `${started.names.length} tries in a minute`);
    started.fails = false;
    await world.kernel.advance(40_000);
    await live(["yara-1"]);
  });
});
