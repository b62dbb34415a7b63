import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { givenTargets, listedTargets, type ListedTarget } from "../../../src/bin/calls/target-list.ts";
import { tempDir } from "../../support/temp-dir.ts";

const never = new AbortController().signal;

const all = async (targets: AsyncIterable<ListedTarget>): Promise<readonly ListedTarget[]> => {
  const found: ListedTarget[] = [];
  for await (const target of targets) found.push(target);
  return found;
};

/** The list as it comes from standard input, in these chunks. */
const fromStdin = (...chunks: readonly (string | Uint8Array)[]): Promise<readonly ListedTarget[]> =>
  all(listedTargets("-", never, Readable.from(chunks.map((chunk) => Buffer.from(chunk)))));

describe("lists of targets", () => {
  const folder = tempDir("targets");
  after(() => folder.remove());

  it("skips blank lines and comments, trims, and counts every line", async () => {
    const text = "\uFEFFhttp://a.test/\r\n\n  # a note\n\thttp://b.test/x#y \n#http://no.test/\nhttps://c.test";
    assert.deepEqual(await fromStdin(text), [
      { target: "http://a.test/", line: 1 },
      { target: "http://b.test/x#y", line: 4 },
      { target: "https://c.test", line: 6 },
    ]);
  });

  it("finds the same lines however the bytes are cut", async () => {
    const bytes = Buffer.from("http://a.test/ü\nhttp://b.test/\n\nhttp://c.test/");
    const whole = await fromStdin(bytes);
    assert.equal(whole.length, 3);
    assert.deepEqual(await fromStdin(...Array.from(bytes, (byte) => Uint8Array.of(byte))), whole);
  });

  it("names the file and line of what is no target, after the targets before it", async () => {
    const file = join(folder.path, "bad.txt");
    writeFileSync(file, "http://a.test/\n\nnot a url\nhttp://b.test/\n");
    const targets = listedTargets(file, never);
    assert.deepEqual((await targets.next()).value, { target: "http://a.test/", line: 1 });
    await assert.rejects(targets.next(), { code: "usage", message: /bad\.txt:3: .*not a url/ });
  });

  it("refuses a line that is too long, without waiting for its end, and one that is not UTF-8", async () => {
    let taken = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          taken += 1;
          yield Buffer.alloc(1_024, "a");
        }
      })(),
    );
    await assert.rejects(all(listedTargets("-", never, endless)), {
      code: "usage",
      message: /standard input:1: .*4096/,
    });
    assert.ok(taken < 50, `${taken} chunks were read`);
    await assert.rejects(fromStdin("http://a.test/\n", Uint8Array.of(0xff, 0xfe, 0x0a)), {
      message: /:2: is not UTF-8/,
    });
  });

  it("says which list cannot be read", async () => {
    await assert.rejects(all(listedTargets(join(folder.path, "nowhere"), never)), {
      code: "usage",
      message: /nowhere/,
    });
    await assert.rejects(all(listedTargets(folder.path, never)), { code: "usage" });
  });

  it("ends without an error when it is aborted while nobody writes", async () => {
    const stop = new AbortController();
    const silent = new Readable({ read: () => undefined });
    silent.push("http://a.test/\n");
    const targets = listedTargets("-", stop.signal, silent);
    assert.deepEqual((await targets.next()).value, { target: "http://a.test/", line: 1 });
    const next = targets.next();
    stop.abort();
    assert.equal((await next).done, true);
    assert.equal(silent.destroyed, true);
  });

  it("checks targets given as flags", () => {
    assert.deepEqual(givenTargets(["http://a.test/"]), [{ target: "http://a.test/", line: undefined }]);
    assert.throws(() => givenTargets(["ftp://a.test/"]), { code: "usage" });
  });
});
