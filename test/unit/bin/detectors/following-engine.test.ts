import assert from "node:assert/strict";
import { FollowingEngine } from "../../../../src/bin/detectors/following-engine.ts";
import type {
  DetectionEngine,
  DetectorDescription,
  ScanObject,
  ScanResult,
} from "../../../../src/engines/malware/index.ts";
import { gate } from "../../../support/actors.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { until } from "../../../support/until.ts";

const everyMs = 5_000;
const object: ScanObject = { sha256: "a".repeat(64), size: 1, path: "/object", taskType: "sample-file" };
const { signal } = new AbortController();

const described = (signatureVersion: string): DetectorDescription => ({
  kind: "lists",
  class: "static",
  taskTypes: ["sample-file"],
  engineVersion: "1",
  signatureVersion,
});

/** An engine whose answers name its rules; scans wait for the gate. */
class NamedEngine implements DetectionEngine {
  readonly capacity = 2;
  readonly gate = gate();
  closed = 0;
  readonly #version: string;

  constructor(version: string) {
    this.#version = version;
  }

  describe(): DetectorDescription {
    return described(this.#version);
  }

  async scan(): Promise<ScanResult> {
    await this.gate.opened;
    assert.equal(this.closed, 0, "it was closed under a scan");
    return { outcome: "verdict", trust: "black", names: [this.#version] };
  }

  close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }
}

const namesOf = (result: ScanResult): readonly string[] => (result.outcome === "verdict" ? result.names : []);

describe("an engine that follows its rules", () => {
  const clock = new ManualClock();
  let log = new CapturedLog();
  let rules = "one";
  let opened: NamedEngine[] = [];
  let unusable: () => boolean;
  let tries: number;
  let following: FollowingEngine;

  beforeEach(async () => {
    unusable = () => false;
    tries = 0;
    rules = "one";
    opened = [];
    log = new CapturedLog();
    following = await FollowingEngine.open({
      open: () => {
        tries += rules === "one" ? 0 : 1;
        if (rules.startsWith("broken") || unusable()) return Promise.reject(new Error("no space left"));
        const engine = new NamedEngine(rules);
        opened.push(engine);
        return Promise.resolve(engine);
      },
      describe: () => (rules === "gone" ? Promise.reject(new Error(rules)) : Promise.resolve(described(rules))),
      everyMs,
      clock,
      log: log.logger,
    });
  });
  afterEach(() => following.close());

  /** Lets it look once, to its end. */
  const look = async (): Promise<void> => {
    const before = clock.pending;
    clock.advance(everyMs);
    await until(
      () => clock.pending === before,
      () => clock.pending,
    );
  };

  it("keeps its engine while they stay, or cannot be read, which is told once", async () => {
    await look();
    rules = "gone";
    await look();
    await look();
    assert.equal(log.of("the rules cannot be read: those of before hold").length, 1);
    assert.equal(opened.length, 1);
    assert.equal(following.describe().signatureVersion, "one");
  });

  it("scans with the changed ones, and closes the engine of before after its last scan", async () => {
    const first = following.scan(object, signal);
    rules = "two";
    await look();
    assert.equal(following.describe().signatureVersion, "two");
    const second = following.scan(object, signal);
    assert.deepEqual(
      opened.map(({ closed }) => closed),
      [0, 0],
    );
    for (const engine of opened) engine.gate.open();
    assert.deepEqual([namesOf(await first), namesOf(await second)], [["one"], ["two"]]);
    assert.deepEqual(
      opened.map(({ closed }) => closed),
      [1, 0],
    );
  });

  it("tells of rules that cannot be used, once, and goes on with those of before", async () => {
    rules = "broken";
    await look();
    await look();
    const failures = log.of("the changed rules cannot be used: those of before hold");
    assert.equal(failures.length, 1);
    assert.equal(following.describe().signatureVersion, "one");
    rules = "two";
    await look();
    assert.equal(following.describe().signatureVersion, "two");
  });

  it("tries rules again by and by that could not be used: what was in the way may have passed, and is told once", async () => {
    let full = true;
    unusable = () => full && rules === "two";
    rules = "two";
    for (let looks = 0; looks < 30; looks += 1) await look();
    assert.ok(tries > 1 && tries <= 4, `${tries} tries in 150 s`);
    assert.equal(log.of("the changed rules cannot be used: those of before hold").length, 1);
    assert.equal(following.describe().signatureVersion, "one");
    full = false;
    for (let looks = 0; looks < 12; looks += 1) await look();
    assert.equal(following.describe().signatureVersion, "two");
  });

  it("leaves no timer and no engine open when it is closed", async () => {
    rules = "two";
    await look();
    await following.close();
    assert.equal(clock.pending, 0);
    assert.deepEqual(
      opened.map(({ closed }) => closed),
      [1, 1],
    );
  });
});
