import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import type { AccessRecord } from "../../../src/bin/practice-site/access-log.ts";
import { PracticeSiteError } from "../../../src/bin/practice-site/errors.ts";
import { startPracticeSite } from "../../../src/bin/practice-site/practice-site.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { until } from "../../support/until.ts";

const readLog = async (path: string): Promise<readonly AccessRecord[]> =>
  (await readFile(path, "utf8"))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as AccessRecord);

describe("the access log of the practice website", () => {
  let folder: string;
  let log: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "practice-site-"));
    log = join(folder, "access.jsonl");
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("has every request once, before its answer arrives, in memory and in the file", async () => {
    const site = await startPracticeSite({ log });
    try {
      const paths = Array.from({ length: 200 }, (_, at) => `/docs/nothing-${at}?n=${at}`);
      await Promise.all(
        paths.map(async (path) => {
          await (await request(site.url + path, { headers: { "user-agent": "test/1" } })).body.dump();
          assert.ok(site.requests().some((record) => record.path === path));
        }),
      );
      const written = await readLog(log);
      assert.deepEqual(written, site.requests());
      assert.deepEqual(
        written.map(({ sequence }) => sequence),
        paths.map((_, at) => at + 1),
      );
      assert.deepEqual(written.map(({ path }) => path).sort(), [...paths].sort());
      assert.ok(
        written.every(({ method, status, userAgent }) => `${method} ${status} ${userAgent}` === "GET 404 test/1"),
      );
    } finally {
      await site.close();
    }
  });

  it("notes a client that goes away while its answer is held back as 499", async () => {
    const clock = new ManualClock();
    const site = await startPracticeSite({ log, clock, delayMs: 1_000 });
    try {
      const controller = new AbortController();
      const gone = request(`${site.url}/about`, { signal: controller.signal });
      await until(
        () => clock.pending === 1,
        () => clock.pending,
      );
      controller.abort();
      await assert.rejects(gone, { name: "AbortError" });
      await until(
        () => site.requests().length === 1,
        () => site.requests(),
      );
      assert.equal(site.requests()[0]?.status, 499);
      assert.equal(clock.pending, 0);
    } finally {
      await site.close();
    }
  });

  it("answers after the delay, not before", async () => {
    const clock = new ManualClock();
    const site = await startPracticeSite({ clock, delayMs: 1_000 });
    try {
      const answer = request(`${site.url}/about`);
      await until(
        () => clock.pending === 1,
        () => clock.pending,
      );
      clock.advance(999);
      assert.deepEqual(site.requests(), []);
      clock.advance(1);
      assert.equal((await answer).statusCode, 200);
    } finally {
      await site.close();
    }
  });

  it("has the requests that were waiting when the site was closed", async () => {
    const clock = new ManualClock();
    const site = await startPracticeSite({ log, clock, delayMs: 1_000 });
    const waiting = [1, 2, 3].map((at) => assert.rejects(request(`${site.url}/about?${at}`)));
    await until(
      () => clock.pending === 3,
      () => clock.pending,
    );
    await site.close();
    await Promise.all(waiting);
    assert.deepEqual(
      (await readLog(log)).map(({ status }) => status),
      [499, 499, 499],
    );
  });

  it("refuses bodies and targets beyond the bounds, and what is not HTTP", async () => {
    const site = await startPracticeSite();
    try {
      const tooMuch = await request(`${site.url}/api/graphql`, { method: "POST", body: "x".repeat(64 * 1024 + 1) });
      assert.equal(tooMuch.statusCode, 413);
      const tooLong = await request(`${site.url}/?${"x".repeat(4_096)}`);
      assert.equal(tooLong.statusCode, 414);
      const socket = connect(Number(new URL(site.url).port), "127.0.0.1")
        .end("nonsense\r\n\r\n")
        .resume();
      await until(
        () => site.requests().length === 3,
        () => site.requests(),
      );
      socket.destroy();
      assert.deepEqual(
        site.requests().map(({ method, status }) => `${method} ${status}`),
        ["POST 413", "GET 414", "- 400"],
      );
    } finally {
      await site.close();
    }
  });

  it("says which option is wrong", async () => {
    const withCode = (code: string) => (error: unknown) => error instanceof PracticeSiteError && error.code === code;
    await assert.rejects(startPracticeSite({ port: 70_000 }), withCode("bad-option"));
    await assert.rejects(startPracticeSite({ delayMs: -1 }), withCode("bad-option"));
    await assert.rejects(startPracticeSite({ log: join(folder, "absent", "log") }), withCode("log-unwritable"));
    const site = await startPracticeSite();
    try {
      await assert.rejects(startPracticeSite({ port: Number(new URL(site.url).port) }), withCode("cannot-listen"));
    } finally {
      await site.close();
    }
  });
});
