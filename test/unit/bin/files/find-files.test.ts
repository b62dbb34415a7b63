import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, relative } from "node:path";
import { findFiles } from "../../../../src/bin/calls/files/find-files.ts";
import { UsageError } from "../../../../src/bin/process/usage-error.ts";
import { tempDir } from "../../../support/temp-dir.ts";

describe("the files at a path", () => {
  const folder = tempDir("find-files");
  const server = createServer();
  after(() => {
    server.close();
    folder.remove();
  });
  const at = (...names: string[]): string => join(folder.path, ...names);

  const found = async (paths: readonly string[], signal = new AbortController().signal): Promise<string[]> => {
    const lines: string[] = [];
    for await (const one of findFiles(paths, signal)) {
      lines.push(relative(folder.path, one.path) + ("skipped" in one ? `: ${one.skipped}` : ""));
    }
    return lines;
  };

  before(async () => {
    mkdirSync(at("tree", "b", "c"), { recursive: true });
    for (const name of ["tree/a", "tree/b/x", "tree/b/c/deep", "tree/z"]) writeFileSync(at(name), name);
    symlinkSync("/etc", at("tree", "b", "link"));
    symlinkSync("nowhere", at("tree", "dangling"));
    assert.equal(spawnSync("mkfifo", [at("tree", "pipe")]).status, 0);
    server.listen(at("tree", "socket"));
    await once(server, "listening");
  });

  it("are those of its folders, in order; what is no file is named", async () => {
    assert.deepEqual(await found([at("tree")]), [
      "tree/a",
      "tree/b/c/deep",
      "tree/b/link: a symbolic link: what it names is not looked at",
      "tree/b/x",
      "tree/dangling: a symbolic link: what it names is not looked at",
      "tree/pipe: a FIFO",
      "tree/socket: a socket",
      "tree/z",
    ]);
  });

  it("are not looked for behind a link that is named itself, or a device", async () => {
    assert.deepEqual(await found([at("tree", "b", "link"), "/dev/null"]), [
      "tree/b/link: a symbolic link: what it names is not looked at",
      `${relative(folder.path, "/dev/null")}: a device`,
    ]);
  });

  it("are looked for in all paths or none: a path where nothing is ends it before the first", async () => {
    const seen: string[] = [];
    await assert.rejects(async () => {
      const signal = new AbortController().signal;
      for await (const { path } of findFiles([at("tree"), at("missing")], signal)) seen.push(path);
    }, UsageError);
    assert.deepEqual(seen, []);
  });

  it("end when nobody wants more", async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    for await (const { path } of findFiles([at("tree")], controller.signal)) {
      seen.push(path);
      controller.abort();
    }
    assert.deepEqual(seen, [at("tree", "a")]);
  });
});
