import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { deflateRawSync, gzipSync } from "node:zlib";
import { execFileSync } from "node:child_process";
import type { ScanOutcome } from "../../../../src/engines/scan/index.ts";
import { kindsOf, scanWith } from "./protocol-scan.ts";

const template = (keys: string): string => `file:\n  - ${keys.replaceAll("\n", "\n    ")}`;
const secret = "matchers: [{type: word, words: [secret]}]";
const enable = { enable: { file: true } };

describe("file requests of templates", () => {
  let root: string;
  let folder: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "garrison-files-"));
    folder = join(root, "folder");
    await mkdir(folder);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const write = async (name: string, content: string | Buffer): Promise<void> => {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), content);
  };
  const found = ({ findings }: ScanOutcome): readonly string[] =>
    findings.map(({ "matched-at": at }) => relative(folder, at)).toSorted();

  it("read nothing unless that is permitted", async () => {
    await write("a.txt", "secret");
    const outcome = await scanWith(folder, template(`extensions: [all]\n${secret}`));
    assert.deepEqual(outcome.findings, []);
    assert.equal(outcome.errors.length, 1);
  });

  it("report once a file, with the lines and all that was extracted", async () => {
    await write("a.txt", "key=1\nnothing\r\nkey=2\nkey=1");
    const keys = "extensions: [txt]\nextractors: [{type: regex, name: keys, regex: ['key=\\d$']}]";
    const { findings } = await scanWith(folder, template(keys), enable);
    assert.equal(findings.length, 1);
    assert.deepEqual(findings[0]?.["extracted-results"], ["key=1", "key=2"]);
    assert.deepEqual(findings[0]["matched-line"], [1, 3, 4]);
  });

  it("judge a file as a whole where things have to hold together", async () => {
    await write("both.txt", "one\ntwo");
    await write("half.txt", "one\nthree");
    const words = "matchers: [{type: word, words: [one]}, {type: word, words: [two]}]";
    const together = await scanWith(folder, template(`extensions: [all]\nmatchers-condition: and\n${words}`), enable);
    assert.deepEqual(found(together), ["both.txt"]);
    const inOne = "matchers: [{type: word, condition: and, words: [one, two]}]";
    assert.deepEqual(found(await scanWith(folder, template(`extensions: [all]\n${inOne}`), enable)), ["both.txt"]);
    const byLine = "matchers: [{type: regex, regex: ['(?s)one.two']}]";
    assert.deepEqual(found(await scanWith(folder, template(`extensions: [all]\n${byLine}`), enable)), []);
  });

  it("follow no link, neither of files nor of folders", async () => {
    await writeFile(join(root, "outside.txt"), "secret");
    await mkdir(join(root, "other"));
    await writeFile(join(root, "other", "b.txt"), "secret");
    await symlink(join(root, "outside.txt"), join(folder, "link.txt"));
    await symlink(join(root, "other"), join(folder, "links"));
    await symlink(folder, join(folder, "loop"));
    await write("inside.txt", "secret");
    const outcome = await scanWith(folder, template(`extensions: [all]\n${secret}`), enable);
    assert.deepEqual(found(outcome), ["inside.txt"]);
  });

  it("do not wait for a pipe", async () => {
    execFileSync("mkfifo", [join(folder, "pipe.txt")]);
    await write("inside.txt", "secret");
    assert.deepEqual(found(await scanWith(folder, template(`extensions: [all]\n${secret}`), enable)), ["inside.txt"]);
  });

  it("leave out what is denied, and folders of that name", async () => {
    for (const name of ["a.txt", "lib/b.txt", "lib/deep/c.txt", "d.jpg", "e.log"]) await write(name, "secret");
    const outcome = await scanWith(folder, template(`extensions: [all]\ndenylist: [lib, .log]\n${secret}`), enable);
    assert.deepEqual(found(outcome), ["a.txt"]);
    const asked = await scanWith(folder, template(`extensions: [jpg]\n${secret}`), enable);
    assert.deepEqual(found(asked), ["d.jpg"]);
  });

  it("read archives, each file in them by itself", async () => {
    await write("in/a.txt", "secret");
    await write("in/b.jpg", "secret");
    execFileSync("tar", ["-C", join(folder, "in"), "-czf", join(folder, "old.gz"), "a.txt", "b.jpg"]);
    await rm(join(folder, "in"), { recursive: true });
    await write("one.gz", gzipSync("secret"));
    await write("some.zip", zipOf({ "docs/c.txt": "secret", "d.png": "secret" }));
    const outcome = await scanWith(folder, template(`extensions: [all]\narchive: true\n${secret}`), enable);
    assert.deepEqual(found(outcome), ["old.gz/a.txt", "one.gz", "some.zip/docs/c.txt"]);
  });

  it("give up what grows beyond its bounds, and what is damaged, and say so", async () => {
    await write("bomb.gz", gzipSync(Buffer.alloc(20 * 1024 * 1024)));
    await write("bad.gz", gzipSync("secret").subarray(0, 15));
    await write("bad.zip", "PK\x03\x04 and nothing else");
    await write("old.rar", "Rar!\x1a\x07\x00");
    await write("good.txt", "secret");
    const outcome = await scanWith(folder, template(`extensions: [all]\narchive: true\n${secret}`), enable);
    assert.deepEqual(found(outcome), ["good.txt"]);
    assert.deepEqual(kindsOf(outcome), ["protocol", "protocol", "protocol", "protocol"]);
    assert.deepEqual([outcome.requests.sent, outcome.requests.failed], [1, 4]);
  });

  it("say when a file is longer than they read", async () => {
    await write("long.txt", Buffer.concat([Buffer.alloc(16 * 1024 * 1024, "x"), Buffer.from("\nsecret")]));
    const outcome = await scanWith(folder, template(`extensions: [txt]\n${secret}`), enable);
    assert.deepEqual(found(outcome), []);
    assert.deepEqual(kindsOf(outcome), ["protocol"]);
  });

  it("report a folder that is not there", async () => {
    const outcome = await scanWith(join(folder, "none"), template(`extensions: [txt]\n${secret}`), enable);
    assert.equal(outcome.requests.failed, 1);
  });
});

/** A zip archive of these files; the sums that nobody reads are left zero. */
const zipOf = (files: Readonly<Record<string, string>>): Buffer => {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = deflateRawSync(content);
    const local = Buffer.alloc(30);
    local.write("PK\x03\x04", "latin1");
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.write("PK\x01\x02", "latin1");
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    locals.push(local, Buffer.from(name), packed);
    directory.push(entry, Buffer.from(name));
    at += local.length + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, ...directory, end]);
};
