import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Duplex } from "node:stream";
import { FrameReader } from "../../../../../src/engines/playbook/protocol/frame-reader.ts";
import { FrameWriter } from "../../../../../src/engines/playbook/protocol/frame-writer.ts";
import { parseFromChild } from "../../../../../src/engines/playbook/protocol/from-child.ts";
import { frameBounds, type FromChild, type ToChild } from "../../../../../src/engines/playbook/protocol/messages.ts";
import { inRepository } from "../../../../support/built.ts";
import { tempDir } from "../../../../support/temp-dir.ts";
import { until } from "../../../../support/until.ts";

/** How long its main thread may be silent. */
export const stallMs = 200;

/** The process of a run with a node that keeps what it is told and does nothing else. */
export class BareProcess {
  readonly said: FromChild[] = [];
  readonly #child: ChildProcess;
  readonly #folder = tempDir("bare-process");

  constructor() {
    const args = ["--stall-ms", stallMs, "--warm-threads", 1, "--thread-heap-mb", 64].map(String);
    this.#child = spawn(process.execPath, [inRepository("dist/bin/respond-child.js"), ...args], {
      detached: true,
      env: { LEFT: "over" },
      stdio: ["ignore", "ignore", "inherit", "pipe", "pipe"],
    });
    for (const stream of this.#streams()) {
      new FrameReader(stream, frameBounds.fromChildBytes, {
        frame: (value) => this.#take(parseFromChild(value)),
        ended: () => undefined,
      });
    }
  }

  #take(message: FromChild): void {
    this.said.push(message);
    if (message.type === "started") this.tell({ type: "started-kept", upTo: message.steps.at(-1)?.n ?? 0 });
    if (message.type === "ended") this.tell({ type: "ended-kept", ns: message.ends.map(({ n }) => n) });
  }

  tell(message: ToChild): void {
    const [frames] = this.#streams();
    assert.ok(frames !== undefined);
    new FrameWriter<ToChild>(frames, frameBounds.toChildBytes).write(message);
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
    this.tell({
      type: "load",
      runId: "run-1",
      playbook: { id: "tested", version: "0", kind: "module", file },
      event: { id: "1", source: "sensor", kind: "mining", data: {} },
      startedAtMs: 0,
      variables: {},
      journal: [],
      secrets: {},
      egress: [],
      maxThreads: 2,
      actionTimeoutMs: 60_000,
      cacao: { ssh: true, manualTimeoutMs: 60_000, knownHosts: [], authorities: [], repeat: {} },
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

export const isAlive = (pid: number): boolean => {
  try {
    // A process whose parent is gone and that nobody waits for is no more, though its number is taken.
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
  } catch {
    return false;
  }
};
