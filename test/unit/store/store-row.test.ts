import assert from "node:assert/strict";
import { continueClock, readStoreRow, schemaVersion } from "../../../src/store/embedded/store-row.ts";
import { mountType } from "../../../src/store/embedded/filesystem.ts";

describe("the clock of an embedded store", () => {
  const first = continueClock(undefined, { bootId: "b1", monotonicMs: 1_000, wallMs: 50_000 });

  it("starts at wall time", () => {
    assert.deepEqual(first, { schema: schemaVersion, bootId: "b1", offsetMs: 49_000, lastMs: 50_000 });
  });

  it("does not follow a step of the wall clock within one boot", () => {
    for (const wallMs of [0, 1e12]) {
      const next = continueClock(first, { bootId: "b1", monotonicMs: 3_000, wallMs });
      assert.equal(next.offsetMs, first.offsetMs);
      assert.equal(next.lastMs, 52_000);
    }
  });

  it("goes on with wall time after a boot, and never back", () => {
    const later = continueClock(first, { bootId: "b2", monotonicMs: 5, wallMs: 90_000 });
    assert.equal(later.offsetMs + 5, 90_000);
    const setBack = continueClock(first, { bootId: "b2", monotonicMs: 5, wallMs: 20 });
    assert.equal(setBack.offsetMs + 5, first.lastMs);
  });

  it("reads its row back and refuses others", () => {
    assert.deepEqual(readStoreRow(JSON.stringify(first), "d"), first);
    for (const text of ["", "null", "[]", "{}", "{", JSON.stringify({ ...first, offsetMs: "1" })]) {
      assert.throws(() => readStoreRow(text, "d"), { code: "corrupt" }, text);
    }
    assert.throws(() => readStoreRow(JSON.stringify({ schema: schemaVersion + 1 }), "d"), { code: "newer-schema" });
  });
});

describe("mountType", () => {
  const mountinfo = [
    "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw",
    "40 22 0:52 / /mnt/remote rw,nosuid shared:9 - fuse.sshfs user@host:/ rw",
    "41 22 259:300 / /mnt/many rw - xfs /dev/nvme0n1p300 rw",
  ].join("\n");

  it("finds a filesystem by its device number", () => {
    assert.equal(mountType(mountinfo, (254 << 8) | 1), "ext4");
    assert.equal(mountType(mountinfo, 52), "fuse.sshfs");
    assert.equal(mountType(mountinfo, (259 << 8) | (300 & 0xff) | ((300 & ~0xff) << 12)), "xfs");
    assert.equal(mountType(mountinfo, 77), undefined);
  });
});
