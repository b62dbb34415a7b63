import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { takeProcessLock, type ProcessLock } from "../../../src/shared-memory/index.ts";
import { ownMark } from "../../../src/shared-memory/queue/process-mark.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

describe("the lock of a folder", () => {
  let folder: ReturnType<typeof tempDir>;
  beforeEach(() => {
    folder = tempDir("process-lock");
  });
  afterEach(() => folder.remove());

  const taken = (tag = "a"): ProcessLock => {
    const lock = takeProcessLock(folder.path, tag);
    return typeof lock === "number" ? assert.fail(`process ${lock} has it`) : lock;
  };

  it("is one process's until it releases it", () => {
    const lock = taken("a");
    assert.equal(takeProcessLock(folder.path, "b"), process.pid);
    lock.release();
    const next = taken("b");
    lock.release();
    assert.equal(takeProcessLock(folder.path, "c"), process.pid, "the release of who has it no more is nothing");
    next.release();
    taken("c");
  });

  it("is free when the process that had it is gone, even if another one has its number", () => {
    writeFileSync(join(folder.path, "lock.7"), `${process.pid} 1 ${ownMark().namespace}`);
    taken();
    assert.deepEqual(readdirSync(folder.path), ["lock.8"]);
  });

  it("is free when the process that had it has ended, although its parent never asks for that", async () => {
    // What the shell becomes does not know of the child that the shell had.
    const parent = spawn("sh", ["-c", "sleep 0.01 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const fields = (): readonly string[] => {
      const stat = readFileSync(`/proc/${line.toString().trim()}/stat`, "latin1");
      return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    };
    try {
      await until(() => fields()[0] === "Z", fields);
      writeFileSync(
        join(folder.path, "lock.1"),
        `${line.toString().trim()} ${fields()[19] ?? ""} ${ownMark().namespace}`,
      );
      taken();
    } finally {
      parent.kill("SIGKILL");
      await once(parent, "close");
    }
  });

  it("is not taken from who took it from one that was gone, whatever else lies in the folder", () => {
    const { pid, started, namespace } = ownMark();
    writeFileSync(join(folder.path, "lock.3"), `${pid} 1 ${namespace}`);
    writeFileSync(join(folder.path, "lock.4"), `${pid} ${started} ${namespace}`);
    writeFileSync(join(folder.path, "lock.x"), "");
    assert.equal(takeProcessLock(folder.path, "b"), process.pid);
    assert.deepEqual(readdirSync(folder.path).toSorted(), ["lock.3", "lock.4", "lock.x"]);
  });
});
