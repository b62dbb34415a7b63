import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { Duplex } from "node:stream";
import { join } from "node:path";
import { FrameReader } from "../../../../../src/engines/playbook/protocol/frame-reader.ts";
import { FrameWriter } from "../../../../../src/engines/playbook/protocol/frame-writer.ts";
import { parseFromChild } from "../../../../../src/engines/playbook/protocol/from-child.ts";
import { frameBounds, type FromChild, type ToChild } from "../../../../../src/engines/playbook/protocol/messages.ts";
import { built, inRepository } from "../../../../support/built.ts";
import { tempDir } from "../../../../support/temp-dir.ts";
import { until } from "../../../../support/until.ts";

const stallMs = 200;

/** The process of a run with a node that does nothing but listen. */
class Watched {
  readonly said: FromChild[] = [];
  readonly #child: ChildProcess;
  readonly #folder = tempDir("watched");

  constructor() {
    const args = ["--stall-ms", stallMs, "--warm-threads", 1, "--thread-heap-mb", 64].map(String);
    this.#child = spawn(process.execPath, [inRepository("dist/bin/respond-child.js"), ...args], {
      detached: true,
      env: { LEFT: "over" },
      stdio: ["ignore", "ignore", "inherit", "pipe", "pipe"],
    });
    for (const stream of this.#streams()) {
      new FrameReader(stream, frameBounds.fromChildBytes, {
        frame: (value) => this.said.push(parseFromChild(value)),
        ended: () => undefined,
      });
    }
  }

  get pid(): number {
    assert.ok(this.#child.pid !== undefined);
    return this.#child.pid;
  }

  #streams(): readonly Duplex[] {
    return [3, 4].map((fd) => {
      const stream = this.#child.stdio[fd];
      assert.ok(stream instanceof Duplex);
      return stream;
    });
  }

  async heard(type: FromChild["type"]): Promise<FromChild> {
    const find = (): FromChild | undefined => this.said.find((message) => message.type === type);
    await until(
      () => find() !== undefined,
      () => this.said,
      10_000,
    );
    const message = find();
    assert.ok(message !== undefined);
    return message;
  }

  async load(code: string): Promise<void> {
    await this.heard("ready");
    const file = join(this.#folder.path, "tested.mjs");
    writeFileSync(file, code);
    const [frames] = this.#streams();
    assert.ok(frames !== undefined);
    new FrameWriter<ToChild>(frames, frameBounds.toChildBytes).write({
      type: "load",
      runId: "run-1",
      playbook: { id: "tested", version: "0", kind: "module", file },
      event: { id: "1", source: "sensor", kind: "mining", data: {} },
      startedAtMs: 0,
      journal: [],
      secrets: {},
      egress: [],
      maxThreads: 2,
      actionTimeoutMs: 60_000,
    });
  }

  /** As when the node is killed: the system closes what it had open. */
  loseNode(): void {
    for (const stream of this.#streams()) stream.destroy();
  }

  async end(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      process.kill(-this.pid, "SIGKILL");
      await once(this.#child, "exit");
    }
    this.#folder.remove();
  }
}

const isAlive = (pid: number): boolean => {
  try {
    // A process whose parent is gone and that nobody waits for is no more, though its number is taken.
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
  } catch {
    return false;
  }
};

describe("the watchdog of a run's process", () => {
  let watched: Watched | undefined;
  before(async function () {
    this.timeout(120_000);
    await built();
  });
  afterEach(async () => {
    await watched?.end();
    watched = undefined;
  });

  it("tells once that the main thread does not answer, while it loops for ever", async () => {
    watched = new Watched();
    await watched.load("export const onStart = () => { for (;;); };");
    const stalled = await watched.heard("stalled");
    assert.ok(stalled.type === "stalled" && stalled.forMs >= stallMs && stalled.forMs < 20 * stallMs);
    assert.ok(isAlive(watched.pid));
  });

  it("ends the process and its own processes when the node is gone, while the main thread loops for ever", async () => {
    watched = new Watched();
    await watched.load(`
      import { spawn } from "node:child_process";
      export const onStart = (event, run) => {
        run.log("info", String(spawn(process.execPath, ["-e", "setInterval(() => undefined, 1_000)"], { stdio: "ignore" }).pid));
        setTimeout(() => { for (;;); }, 100);
        return new Promise(() => undefined);
      };`);
    const logged = await watched.heard("logged");
    const grandchild = Number(logged.type === "logged" ? logged.lines[0]?.text : undefined);
    assert.ok(isAlive(grandchild));
    await watched.heard("stalled");
    watched.loseNode();
    const pids = [watched.pid, grandchild];
    await until(
      () => !pids.some(isAlive),
      () => pids.filter(isAlive),
      1_000,
    );
  });

  it("ends a spare without a playbook when the node is gone", async () => {
    watched = new Watched();
    await watched.heard("ready");
    watched.loseNode();
    const { pid } = watched;
    await until(
      () => !isAlive(pid),
      () => pid,
      1_000,
    );
  });

  it("lets the end of a run take all that it started with it", async () => {
    watched = new Watched();
    await watched.load(`
      import { spawn } from "node:child_process";
      export const onStart = () => spawn(process.execPath, ["-e", "setInterval(() => undefined, 1_000)"], { stdio: "ignore" }).pid;`);
    const done = await watched.heard("done");
    const grandchild = Number(done.type === "done" ? done.output : undefined);
    await until(
      () => !isAlive(grandchild),
      () => grandchild,
      1_000,
    );
  });

  it("has a process without the variables that it was given", async () => {
    watched = new Watched();
    await watched.load("export const onStart = () => process.env;");
    assert.deepEqual(await watched.heard("done"), { type: "done", output: {} });
  });
});
