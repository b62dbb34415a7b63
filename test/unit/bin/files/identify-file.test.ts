import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { appendFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { identifyFile } from "../../../../src/bin/calls/files/identify-file.ts";
import { readSteadily, UnsteadyFile } from "../../../../src/bin/calls/files/steady-file.ts";
import { tempDir } from "../../../support/temp-dir.ts";

describe("what a file is called by its bytes", () => {
  const folder = tempDir("identify-file");
  after(() => folder.remove());
  const written = (name: string, content: string | Buffer): string => {
    const path = join(folder.path, name);
    writeFileSync(path, content);
    return path;
  };
  const large = Buffer.alloc(200_000, "garrison");

  it("is its three digests and its size", async () => {
    for (const content of [Buffer.alloc(0), large]) {
      const path = written("file", content);
      const digest = (name: string): string => createHash(name).update(content).digest("hex");
      assert.deepEqual(await identifyFile({ path }), {
        path,
        size: content.length,
        sha256: digest("sha256"),
        sha1: digest("sha1"),
        md5: digest("md5"),
      });
    }
  });

  it("is not told of a file that changes while it is read", async () => {
    const changes: Readonly<Record<string, (path: string) => void>> = {
      grows: (path) => appendFileSync(path, "more"),
      shrinks: (path) => writeFileSync(path, "less"),
      "keeps its length": (path) => writeFileSync(path, Buffer.alloc(large.length, "g")),
      "is removed": (path) => rmSync(path),
    };
    for (const [name, change] of Object.entries(changes)) {
      const path = written(name, large);
      let chunks = 0;
      await assert.rejects(
        async () => {
          for await (const chunk of readSteadily(path)) {
            chunks += chunk.length > 0 ? 1 : 0;
            if (chunks === 1) change(path);
          }
        },
        (error) => error instanceof UnsteadyFile && error.message === "it changed while it was read",
        name,
      );
    }
  });

  it("ends with a file that grows faster than it is read", async () => {
    const path = written("endless", large);
    await assert.rejects(async () => {
      for await (const chunk of readSteadily(path)) appendFileSync(path, chunk);
    }, UnsteadyFile);
  });

  it("does not wait for a FIFO, and does not follow a link, that has taken the place of the file", async () => {
    const fifo = join(folder.path, "fifo");
    assert.equal(spawnSync("mkfifo", [fifo]).status, 0);
    assert.deepEqual(await identifyFile({ path: fifo }), { path: fifo, skipped: "it is no file any more" });
    const link = join(folder.path, "link");
    symlinkSync(written("target", "x"), link);
    const unseen = await identifyFile({ path: link });
    assert.match("skipped" in unseen ? unseen.skipped : "", /ELOOP/);
  });
});
