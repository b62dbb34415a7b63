import assert from "node:assert/strict";
import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DetectorError, runDetector } from "../../../../src/client/detector/index.ts";
import type { ScanResult } from "../../../../src/engines/malware/index.ts";
import { gate } from "../../../support/actors.ts";
import { sha256Of, white } from "../../../support/detect-centre.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { until } from "../../../support/until.ts";
import { DetectHost, ScriptedEngine } from "./detect-host.ts";
import { DetectNode } from "./detect-node.ts";

const nothing = (): Promise<ScanResult> => Promise.resolve(white);
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve()));

describe("a detector and the relay of its host", () => {
  let detect: DetectNode;
  let host: DetectHost;
  beforeEach(async () => {
    detect = await DetectNode.start();
    host = new DetectHost(detect);
    await host.start();
  });
  afterEach(async () => {
    await host.end();
    await detect.stop();
  });

  const decided = async (sha256: string): Promise<string> => {
    let last = "";
    for await (const { decision } of detect.node.client().detection.watch(sha256, new AbortController().signal)) {
      last = decision === undefined ? "" : `${decision.trust}${decision.degraded ? " degraded" : ""}`;
    }
    return last;
  };

  it("bring a sample from the centre to the engine and its answer back", async () => {
    const read: string[] = [];
    const detector = host.detector(
      new ScriptedEngine(({ path, size, sha256 }) => {
        const text = readFileSync(path, "utf8");
        read.push(text);
        assert.equal(size, text.length);
        assert.equal(sha256, sha256Of(text));
        return Promise.resolve({ outcome: "verdict", trust: "black", names: ["Marker"], reputation: 97 });
      }),
    );
    await detector.until("connected");
    const { sha256 } = await detect.centre.submit("marked");
    // One kind alone is no second opinion.
    assert.equal(await decided(sha256), "black degraded");
    const { detail } = await detect.centre.verdict(sha256);
    assert.deepEqual(
      detail?.answers.map(({ detector: name, result }) => [name, result]),
      [["yara-0", { outcome: "verdict", trust: "black", names: ["Marker"], reputation: 97 }]],
    );
    assert.deepEqual(read, ["marked"]);
    assert.equal(await detector.end(), undefined);
    assert.equal(detector.engine.closed, 1);
    await until(
      () => readdirSync(host.objects).length === 0,
      () => readdirSync(host.objects),
    );
  });

  it("scan many at once, as many as the engine can, and claim by how fast it is", async () => {
    const detector = host.detector(new ScriptedEngine(nothing, { capacity: 3 }));
    await detector.until("connected");
    const submitted = await Promise.all(Array.from({ length: 20 }, (_, at) => detect.centre.submit(`object ${at}`)));
    await detector.until("scanned", 20);
    for (const { sha256 } of submitted) assert.match(await decided(sha256), /^white|^suspected-white/);
    assert.ok(detector.engine.mostRunning <= 3);
    assert.equal(detector.count("scanned"), 20);
  });

  it("lie in a socket that nobody else may open", async () => {
    assert.equal(statSync(host.socket).mode & 0o777, 0o600);
    assert.equal(statSync(dirname(host.socket)).mode & 0o777, 0o700);
    assert.deepEqual(readdirSync(dirname(host.socket)), ["relay.sock"]);
    await host.stop();
    assert.deepEqual(readdirSync(dirname(host.socket)), []);
  });

  it("fetch the bytes where the path cannot be read, and leave no copy", async () => {
    const paths: string[] = [];
    const detector = host.detector(
      new ScriptedEngine(({ path }) => {
        paths.push(path);
        return Promise.resolve(readFileSync(path, "utf8") === "secret" ? white : { outcome: "no-opinion" });
      }),
    );
    await detector.until("connected");
    // Whoever is root reads every path: so the relay names one that is not there.
    const { desk } = host;
    assert.ok(desk);
    const claimTasks = desk.claimTasks.bind(desk);
    desk.claimTasks = async (...args) =>
      (await claimTasks(...args)).map((task) => ({ ...task, object: { ...task.object, path: "/nonexistent" } }));
    const { sha256 } = await detect.centre.submit("secret");
    await detector.until("scanned");
    assert.match(await decided(sha256), /white/);
    assert.ok(paths[0]?.startsWith(host.folder.path));
    assert.deepEqual(readdirSync(host.folder.path).toSorted(), ["objects", "relay"]);
  });

  it("find each other again when the relay is another one, and lose no task", async () => {
    const detector = host.detector(new ScriptedEngine(nothing));
    await detector.until("connected");
    await host.stop();
    await detector.until("disconnected");
    const submitted = detect.centre.submit("between");
    await host.start();
    const { sha256 } = await submitted;
    await detector.until("connected", 2);
    assert.match(await decided(sha256), /white/);
  });

  it("do a task again that another relay hands out: what failed since the first one took its object away says nothing", async () => {
    const scans = [gate(), gate()];
    let begun = 0;
    const detector = host.detector(
      new ScriptedEngine(async () => {
        const nth = (begun += 1);
        await scans[nth - 1]?.opened;
        if (nth === 1) throw new Error("ENOENT: the file is gone");
        return white;
      }),
    );
    const begins = (times: number): Promise<void> =>
      until(
        () => begun === times,
        () => [begun, detector.events],
      );
    await detector.until("connected");
    const { sha256 } = await detect.centre.submit("one");
    await begins(1);
    await host.stop();
    await host.start();
    await begins(2);
    scans[0]?.open();
    await until(
      () => detector.engine.running === 1,
      () => detector.events,
    );
    scans[1]?.open();
    assert.match(await decided(sha256), /white/);
    assert.equal(detector.count("scanned"), 1);
  });

  it("say what went wrong with a scan: it threw, it took too long, it answered nonsense", async () => {
    const scans = {
      throws: () => Promise.reject(new Error("no memory")),
      slow: async (signal: AbortSignal) => {
        await aborted(signal);
        return white;
      },
      nonsense: () => Promise.resolve(JSON.parse('{"outcome":"verdict","trust":"pink","names":[]}') as ScanResult),
    };
    const detector = host.detector(
      new ScriptedEngine(({ path }, signal) => scans[readFileSync(path, "utf8") as keyof typeof scans](signal)),
      { scanTimeoutMs: 300 },
    );
    await detector.until("connected");
    const failures: string[] = [];
    for (const text of Object.keys(scans)) {
      const { sha256 } = await detect.centre.submit(text);
      assert.equal(await decided(sha256), "unknown degraded");
      const { detail } = await detect.centre.verdict(sha256);
      const result = detail?.answers[0]?.result;
      failures.push(result?.outcome === "error" ? `${result.failure}: ${result.message}` : "none");
    }
    assert.deepEqual(failures, [
      "failed: no memory",
      "timeout: not scanned in time",
      'garbage: the engine answered with no result: trust: Invalid option: expected one of "black"|"suspected-black"|"grey"|"suspected-white"|"white"',
    ]);
  });

  it("part in order: what is scanned is reported, what waits is not begun", async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const engine = new ScriptedEngine(() => gate.then(() => white), { capacity: 1 });
    const detector = host.detector(engine);
    await detector.until("connected");
    const { sha256 } = await detect.centre.submit("one");
    await until(
      () => engine.running === 1,
      () => detector.events,
    );
    const ended = detector.end();
    release();
    assert.equal(await ended, undefined);
    assert.match(await decided(sha256), /white/);
    assert.equal(engine.closed, 1);
  });

  it("count what they do", async () => {
    const detector = host.detector(new ScriptedEngine(nothing));
    await detector.until("connected");
    await detect.centre.submit("one");
    await detector.until("scanned");
    detect.facts.current = await host.desk?.view();
    const page = await (await fetch(`http://${detect.node.plane.httpAddress}/metrics`)).text();
    assert.match(page, /garrison_detectors\{kind="yara"\} 1/);
    assert.match(page, /garrison_detectors_capacity\{kind="yara"\} 4/);
    assert.match(page, /garrison_relay_total\{what="fetched"\} 1/);
  });
});

describe("a detector without a relay", () => {
  it("is refused for options that cannot be", async () => {
    const { signal } = new AbortController();
    const refuses = (options: Partial<Parameters<typeof runDetector>[0]>): Promise<void> =>
      assert.rejects(
        runDetector({ engine: new ScriptedEngine(nothing), socket: "/tmp/none.sock", signal, ...options }),
        (error) => error instanceof DetectorError && error.code === "invalid",
      );
    await refuses({ socket: "relay.sock" });
    await refuses({ socket: `/${"x".repeat(200)}` });
    await refuses({ name: "a b" });
    await refuses({ engine: new ScriptedEngine(nothing, { capacity: 0 }) });
  });

  it("waits for one until it is ended", async () => {
    const folder = tempDir("alone");
    const ending = new AbortController();
    const events: string[] = [];
    const engine = new ScriptedEngine(nothing);
    const ended = runDetector({
      engine,
      socket: `${folder.path}/none.sock`,
      signal: ending.signal,
      notify: ({ type }) => events.push(type),
    });
    ending.abort();
    await ended;
    assert.equal(engine.closed, 1);
    chmodSync(folder.path, 0o700);
    folder.remove();
  });
});
