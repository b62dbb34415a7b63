import assert from "node:assert/strict";
import { readdirSync, rmSync, statSync, writeFileSync, chmodSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { systemRandom } from "../../../../src/base/random.ts";
import { DetectError, SampleFiles } from "../../../../src/actors/detect/index.ts";
import { chunksOf, sha256Of } from "../../../support/detect-centre.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { tempDir } from "../../../support/temp-dir.ts";

const never = new AbortController().signal;

describe("the sample files of a node", () => {
  let folder: ReturnType<typeof tempDir>;
  const clock = new ManualClock();

  beforeEach(() => {
    folder = tempDir("samples");
  });
  afterEach(() => folder.remove());

  const open = (maxBytes = 100, maxSampleBytes = 50): Promise<SampleFiles> =>
    SampleFiles.open({ path: folder.path, maxBytes, maxSampleBytes, clock, random: systemRandom });

  const keep = async (files: SampleFiles, ...texts: readonly string[]): Promise<string> => {
    const received = await files.receive(chunksOf(...texts), never);
    return received.keep(() => Promise.resolve(received.sha256));
  };

  const readAll = async (files: SampleFiles, sha256: string): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of files.read(sha256, never)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };

  const left = (): readonly string[] =>
    readdirSync(folder.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);

  it("keeps what it received under its digest, read-only, over restarts", async () => {
    const files = await open();
    const sha256 = await keep(files, "hel", "lo");
    assert.equal(sha256, sha256Of("hello"));
    assert.equal(statSync(join(folder.path, sha256.slice(0, 2), sha256)).mode & 0o777, 0o400);
    const again = await open();
    assert.equal(await readAll(again, sha256), "hello");
    assert.equal(again.bytes, 5);
    assert.deepEqual(again.digests(), [sha256]);
  });

  it("are not opened in a folder that others may write into", async () => {
    const files = await open();
    const sha256 = await keep(files, "hello");
    for (const path of [folder.path, join(folder.path, sha256.slice(0, 2))]) {
      chmodSync(path, 0o770);
      await assert.rejects(
        open(),
        (error) => error instanceof DetectError && error.message.includes(`chmod 700 ${path}`),
      );
      chmodSync(path, 0o700);
    }
    await open();
  });

  it("counts one sample once, however often it comes", async () => {
    const files = await open();
    await Promise.all([keep(files, "hello"), keep(files, "hel", "lo"), keep(files, "hello")]);
    assert.equal(files.bytes, 5);
    assert.deepEqual(left(), [sha256Of("hello")]);
  });

  it("refuses what is too large and what does not fit, and leaves nothing of it", async () => {
    const files = await open();
    await assert.rejects(keep(files, "x".repeat(40), "x".repeat(11)), { code: "too-large" });
    await keep(files, "a".repeat(50));
    await assert.rejects(keep(files, "b".repeat(30), "b".repeat(21)), { code: "too-large" });
    await keep(files, "c".repeat(40));
    await assert.rejects(keep(files, "d".repeat(11)), { code: "quota", retryable: true });
    await keep(files, "e".repeat(10));
    assert.equal(files.bytes, 100);
    assert.equal(left().length, 3);
  });

  it("leaves nothing of what broke off, was discarded, or was half received by an earlier life", async () => {
    const files = await open();
    const broken = (async function* () {
      yield await Promise.resolve(Buffer.from("half"));
      throw new Error("the caller is gone");
    })();
    await assert.rejects(files.receive(broken, never), /the caller is gone/);
    const received = await files.receive(chunksOf("hello"), never);
    assert.equal(files.bytes, 5);
    await received.discard();
    await received.discard();
    assert.equal(files.bytes, 0);
    const aborted = new AbortController();
    aborted.abort(new Error("no time"));
    await assert.rejects(files.receive(chunksOf("hello"), aborted.signal), /no time/);
    writeFileSync(join(folder.path, "incoming", "left"), "half");
    assert.equal((await open()).bytes, 0);
    assert.deepEqual(left(), []);
  });

  it("names a sample that is not here, and removes one whose bytes have changed", async () => {
    const files = await open();
    const sha256 = await keep(files, "hello");
    await assert.rejects(readAll(files, sha256Of("other")), { code: "not-found" });
    const path = join(folder.path, sha256.slice(0, 2), sha256);
    chmodSync(path, 0o600);
    writeFileSync(path, "hullo");
    await assert.rejects(readAll(files, sha256), { code: "corrupt" });
    assert.equal(files.has(sha256), false);
    assert.equal(files.bytes, 0);
    assert.equal(await keep(files, "hello"), sha256);
    assert.equal(await readAll(files, sha256), "hello");
  });

  const damages: readonly (readonly [what: string, damage: (path: string) => void])[] = [
    ["of another size", (path) => writeFileSync(path, "damaged")],
    ["of the same size", (path) => writeFileSync(path, "hullo")],
    ["that is gone", (path) => rmSync(path)],
  ];
  for (const [what, damage] of damages) {
    it(`replaces a file ${what} by the same sample when it comes again`, async () => {
      let files = await open();
      const sha256 = await keep(files, "hello");
      const path = join(folder.path, sha256.slice(0, 2), sha256);
      chmodSync(path, 0o600);
      for (const restart of [false, true]) {
        damage(path);
        if (restart) files = await open();
        await keep(files, "hello");
        assert.equal(await readAll(files, sha256), "hello");
        assert.deepEqual([files.bytes, left()], [5, [sha256]]);
        chmodSync(path, 0o600);
      }
    });
  }

  it("keeps a sample that came again while somebody read its damaged file", async () => {
    const files = await open();
    const sha256 = await keep(files, "hello");
    const path = join(folder.path, sha256.slice(0, 2), sha256);
    chmodSync(path, 0o600);
    writeFileSync(path, "hullo");
    const reading = files.read(sha256, never);
    await reading.next();
    await keep(files, "hello");
    await assert.rejects(reading.next(), { code: "corrupt" });
    await files.lose(sha256, () => Promise.reject(new Error("it is here")));
    assert.equal(await readAll(files, sha256), "hello");
    assert.equal(files.bytes, 5);
  });

  it("removes nothing while somebody keeps the same", async () => {
    const files = await open();
    const sha256 = await keep(files, "hello");
    const received = await files.receive(chunksOf("hello"), never);
    const order: string[] = [];
    const kept = received.keep(async () => {
      await Promise.resolve();
      order.push("kept");
    });
    const removed = files.remove(sha256, () => {
      order.push("asked");
      return Promise.resolve(false);
    });
    await Promise.all([kept, removed]);
    assert.deepEqual(order, ["kept", "asked"]);
    assert.equal(await readAll(files, sha256), "hello");
  });

  it("knows when a sample was needed last", async () => {
    const files = await open();
    const sha256 = await keep(files, "hello");
    const path = join(folder.path, sha256.slice(0, 2), sha256);
    utimesSync(path, 1, 1);
    assert.equal(await files.usedAtMs(sha256), 1_000);
    await files.touch(sha256);
    assert.equal(await files.usedAtMs(sha256), clock.wallMs());
    assert.equal(await files.usedAtMs(sha256Of("other")), undefined);
  });
});
