import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { type Clock, systemClock } from "../../../../src/base/clock.ts";
import {
  type BundleFile,
  bundleLimits,
  packBundle,
  templatesOfBundle,
  unpackBundle,
} from "../../../../src/engines/scan/index.ts";
import { withBlock } from "./sample.ts";

const file = (path: string, text = path): BundleFile => ({ path, content: Buffer.from(text) });
const plain = (files: readonly BundleFile[]): readonly (readonly [string, string])[] =>
  files.map(({ path, content }) => [path, Buffer.from(content).toString("latin1")]);
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const code = (expected: string) => (thrown: unknown) =>
  thrown instanceof Error && "code" in thrown && thrown.code === expected;
const refused = (call: Promise<unknown>): Promise<void> => assert.rejects(call, code("invalid-bundle"));

/** A canonical form written by hand: `[path, content, length to claim]`. */
const canonical = (entries: readonly (readonly [Buffer, Buffer, number?])[]): Buffer =>
  Buffer.concat([
    Buffer.from("garrison-bundle 1\n"),
    ...entries.flatMap(([path, content, claimed = content.length]) => {
      const head = Buffer.alloc(6);
      head.writeUInt16BE(path.length, 0);
      head.writeUInt32BE(claimed, 2);
      return [head, path, content];
    }),
  ]);
const unpackRaw = (form: Buffer): Promise<readonly BundleFile[]> => unpackBundle(gzipSync(form), sha256(form));

describe("a bundle", () => {
  it("gives back what was packed, in the order of paths, whatever the order of the files", async () => {
    const path = fc
      .array(fc.stringMatching(/^[a-zäß🜁.-]{1,8}$/u), { minLength: 1, maxLength: 4 })
      .filter((parts) => parts.every((part) => part !== "." && part !== ".."))
      .map((parts) => parts.join("/"));
    const files = fc.uniqueArray(fc.record({ path, content: fc.uint8Array({ maxLength: 300 }) }), {
      selector: (entry) => entry.path,
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(files, async (some) => {
        const { hash, bytes } = packBundle(some);
        const sorted = some.toSorted((a, b) => Buffer.from(a.path).compare(Buffer.from(b.path)));
        assert.deepEqual(plain(await unpackBundle(bytes, hash)), plain(sorted));
        assert.equal(packBundle(some.toReversed()).hash, hash);
      }),
      { numRuns: 100 },
    );
  });

  it("has a hash of paths and contents only, which no version of a compressor changes", async () => {
    const files = [file("b.yaml", "two"), file("a/c.yaml", "one")];
    const { hash, bytes } = packBundle(files);
    assert.equal(hash, "d921f3d694399c7cecbb0126fcfc8028163b67c71d90cb6407bee82e8a7fe3d8");
    assert.equal(hash, sha256(gunzipSync(bytes)));
    assert.deepEqual(plain(await unpackBundle(gzipSync(gunzipSync(bytes), { level: 1 }), hash)), [
      ["a/c.yaml", "one"],
      ["b.yaml", "two"],
    ]);
    assert.notEqual(packBundle([file("b.yaml", "two"), file("a/d.yaml", "one")]).hash, hash);
    assert.notEqual(packBundle([file("b.yaml", "tw"), file("a/c.yaml", "oone")]).hash, hash);
  });

  it("names nothing outside itself", async () => {
    const paths = ["", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a\\b", "a\0", "a\nb", "a\ud800"];
    for (const path of [...paths, "x".repeat(bundleLimits.pathChars + 1)]) {
      assert.throws(() => packBundle([file(path)]), code("invalid-bundle"), JSON.stringify(path));
    }
    for (const path of paths.slice(0, -1)) {
      await refused(unpackRaw(canonical([[Buffer.from(path), Buffer.from("x")]])));
    }
  });

  it("holds a path once, and something", () => {
    assert.throws(() => packBundle([file("a"), file("b"), file("a", "other")]), code("invalid-bundle"));
    assert.throws(() => packBundle([]), code("invalid-bundle"));
  });

  it("is refused under another hash, damaged, or not written as bundles are", async () => {
    const { hash, bytes } = packBundle([file("a.yaml"), file("b.yaml")]);
    await refused(unpackBundle(bytes, sha256(Buffer.from("other"))));
    await refused(unpackBundle(bytes.subarray(0, -12), hash));
    await refused(unpackBundle(Buffer.from("no gzip"), hash));
    const [a, b, x] = [Buffer.from("a"), Buffer.from("b"), Buffer.from("x")];
    await refused(unpackRaw(Buffer.from("another form")));
    await refused(unpackRaw(canonical([])));
    for (const entries of [
      [[b, x] as const, [a, x] as const],
      [[a, x] as const, [a, x] as const],
      [[a, x, 2] as const],
      [[a, x, 2 ** 32 - 1] as const],
      [[Buffer.from([0xff]), x] as const],
    ]) {
      await refused(unpackRaw(canonical(entries)));
    }
    const form = canonical([[a, x]]);
    await refused(unpackRaw(Buffer.concat([form, Buffer.from([0])])));
    assert.deepEqual(plain(await unpackRaw(form)), [["a", "x"]]);
  });

  it("is unpacked to its limit and no further", async () => {
    const pieces = 8;
    const piece = gzipSync(Buffer.alloc(bundleLimits.unpackedBytes / pieces));
    const bomb = Buffer.concat([...Array.from({ length: pieces }, () => piece), gzipSync(Buffer.alloc(1))]);
    assert.ok(bomb.length < 1024 * 1024);
    await assert.rejects(unpackBundle(bomb, sha256(Buffer.from(""))), /at most \d+ bytes unpacked/);
    await refused(unpackBundle(Buffer.alloc(bundleLimits.packedBytes + 1), ""));
  });
});

describe("the templates of a bundle", () => {
  const template = (id: string): string => withBlock('path: ["{{BaseURL}}"]').replace("sample", id);

  it("are its YAML files under their paths, each with its status", async () => {
    const files = [
      file("cves/a.yaml", template("a")),
      file("payloads/words.txt"),
      file("x.YML", "id: ["),
      file("z.yaml", template("a")),
    ];
    const templates = await templatesOfBundle(files, systemClock);
    assert.deepEqual(
      templates.map(({ file: name, status }) => `${name} ${status}`),
      ["cves/a.yaml supported", "x.YML invalid", "z.yaml invalid"],
    );
    assert.match(templates[2]?.reasons[0]?.message ?? "", /"a" is already used by cves\/a\.yaml/);
  });

  it("leave the event loop its turns while many are compiled", async () => {
    const files = Array.from({ length: 400 }, (_none, at) => file(`${at}.yaml`, template(`t${at}`)));
    let [nowMs, turns] = [0, 0];
    const clock: Clock = {
      ...systemClock,
      monotonicMs: () => (nowMs += 2),
      after: (delayMs, run) => {
        turns += 1;
        return systemClock.after(delayMs, run);
      },
    };
    const templates = await templatesOfBundle(files, clock);
    assert.equal(templates.filter(({ status }) => status === "supported").length, 400);
    assert.ok(turns >= 400 / 20 && turns <= 400 / 5, `${turns} turns`);
  });
});
