import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { openPrivateFolder } from "../../../src/base/private-folder.ts";
import { tempDir } from "../../support/temp-dir.ts";

describe("a folder that is for this user alone", () => {
  const folder = tempDir("private");
  after(() => folder.remove());

  it("is made so, with those above it", () => {
    const path = join(folder.path, "a", "b");
    assert.equal(openPrivateFolder(path), undefined);
    for (const each of [path, join(folder.path, "a")]) assert.equal(statSync(each).mode & 0o777, 0o700);
  });

  it("is refused where others may write, with what to do; where they may look too, if it is to be closed", () => {
    const path = join(folder.path, "open");
    mkdirSync(path);
    const closed: Readonly<Record<number, readonly [write: boolean, enter: boolean]>> = {
      0o700: [false, false],
      0o755: [false, true],
      0o750: [false, true],
      0o770: [true, true],
      0o702: [true, true],
      0o1777: [true, true],
    };
    for (const [mode, [write, enter]] of Object.entries(closed)) {
      chmodSync(path, Number(mode));
      const problem = openPrivateFolder(path);
      assert.equal(problem?.includes(`chmod 700 ${path}`) ?? false, write, mode);
      assert.equal(openPrivateFolder(path, { closed: true }) !== undefined, enter, mode);
    }
  });

  it("is refused as a symbolic link, and when it is of another user", () => {
    const link = join(folder.path, "link");
    symlinkSync(folder.path, link);
    assert.match(openPrivateFolder(link) ?? "", /link is a symbolic link/);
    // Only root may give a folder away; the root of the file system is of another user to all others.
    const isRoot = process.getuid?.() === 0;
    const given = isRoot ? join(folder.path, "given") : "/";
    mkdirSync(given, { recursive: true });
    if (isRoot) chownSync(given, 65_534, 65_534);
    assert.match(openPrivateFolder(given) ?? "", /belongs to another user/);
  });
});
