import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PrivateFolders } from "../../../../../src/engines/playbook/host/process/private-folders.ts";

describe("the private folders of processes", () => {
  it("are only this user's, and gone when they are closed", async () => {
    const folders = new PrivateFolders();
    const [one, other] = [folders.make(), folders.make()];
    assert.notEqual(one, other);
    assert.equal(dirname(one), dirname(other));
    for (const folder of [one, other, dirname(one)]) assert.equal(statSync(folder).mode & 0o777, 0o700);
    writeFileSync(join(one, "tested.mjs"), "x");
    await folders.remove(one);
    assert.equal(existsSync(one), false);
    await folders.close();
    assert.equal(existsSync(dirname(one)), false);
    await folders.close();
  });

  it("of a node that was killed are removed by the next one, those of a living one are not", async () => {
    const seen = readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
    const dead = spawnSync("/bin/true").pid;
    const left = join(tmpdir(), `garrison-playbooks-${seen}-${dead}-abc123`);
    const ofElsewhere = join(tmpdir(), `garrison-playbooks-1${seen}-${dead}-abc123`);
    const living = new PrivateFolders();
    const used = living.make();
    for (const folder of [left, ofElsewhere]) mkdirSync(join(folder, "1"), { recursive: true, mode: 0o700 });
    const folders = new PrivateFolders();
    folders.make();
    assert.deepEqual(
      [left, ofElsewhere, used].map((folder) => existsSync(folder)),
      [false, true, true],
    );
    rmSync(ofElsewhere, { recursive: true });
    await folders.close();
    await living.close();
  });

  it("that others can change are left alone: what is removed below them could become a link meanwhile", async () => {
    const seen = readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
    const dead = spawnSync("/bin/true").pid;
    const [open, link] = ["opened", "linked"].map((end) =>
      join(tmpdir(), `garrison-playbooks-${seen}-${dead}-${end}`),
    ) as [string, string];
    const kept = mkdtempSync(join(tmpdir(), "garrison-test-"));
    mkdirSync(open);
    chmodSync(open, 0o777);
    symlinkSync(kept, link);
    const folders = new PrivateFolders();
    folders.make();
    const left = [open, link, kept].map((path) => existsSync(path));
    rmSync(open, { recursive: true, force: true });
    rmSync(link, { force: true });
    rmSync(kept, { recursive: true });
    await folders.close();
    assert.deepEqual(left, [true, true, true]);
  });
});
