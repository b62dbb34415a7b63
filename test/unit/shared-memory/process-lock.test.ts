import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { takeProcessLock, type ProcessLock } from "../../../src/shared-memory/index.ts";
import { ownMark } from "../../../src/shared-memory/queue/process-mark.ts";
import { tempDir } from "../../support/temp-dir.ts";

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
    writeFileSync(join(folder.path, "lock.7"), `${process.pid} 1`);
    taken();
    assert.deepEqual(readdirSync(folder.path), ["lock.8"]);
  });

  it("is not taken from who took it from one that was gone, whatever else lies in the folder", () => {
    const { pid, started } = ownMark();
    writeFileSync(join(folder.path, "lock.3"), `${pid} 1`);
    writeFileSync(join(folder.path, "lock.4"), `${pid} ${started}`);
    writeFileSync(join(folder.path, "lock.x"), "");
    assert.equal(takeProcessLock(folder.path, "b"), process.pid);
    assert.deepEqual(readdirSync(folder.path).toSorted(), ["lock.3", "lock.4", "lock.x"]);
  });
});
