import assert from "node:assert/strict";
import { ManualClock } from "../../../support/manual-clock.ts";
import { until } from "../../../support/until.ts";
import {
  anyResponse,
  engineFor,
  errorKinds,
  type SeenRequest,
  type Site,
  startPages,
  startSite,
  templateOf,
} from "./site.ts";

describe("a run of the scan engine and its caller", () => {
  let site: Site;
  let seen: SeenRequest[];

  before(async () => {
    site = await startPages((request) => seen.push(request));
  });
  beforeEach(() => (seen = []));
  after(() => site.close());

  it("waits for the caller before each request, redirects included", async () => {
    const engine = engineFor(site.url);
    const asked: string[] = [];
    const options = { target: site.url, signal: new AbortController().signal };
    await engine.run({
      ...options,
      templates: [templateOf('path: ["{{BaseURL}}/go/1"]\nredirects: true')],
      beforeRequest: ({ url, host, template }) => {
        asked.push(`${template} ${host} ${url.slice(site.url.length)}`);
        assert.equal(seen.length, asked.length - 1);
        return Promise.resolve();
      },
    });
    const host = `127.0.0.1:${site.port}`;
    assert.deepEqual(asked, [`sample ${host} /go/1`, `sample ${host} /go/0`, `sample ${host} /end`]);
    const refused = new Error("no slot");
    const beforeRequest = (): Promise<void> => Promise.reject(refused);
    await assert.rejects(engine.run({ ...options, templates: [anyResponse("/")], beforeRequest }), refused);
    assert.equal(seen.length, 3);
    await engine.close();
  });

  it("does not count the caller's waiting against the site", async () => {
    const engine = engineFor(site.url, {
      http: { totalMs: 200, maxOrigins: 1 },
      scope: [`127.0.0.1:${site.port}`, `localhost:${site.port}`],
    });
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const options = { target: site.url, templates: [anyResponse("/held")], signal: new AbortController().signal };
    const running = engine.run({ ...options, beforeRequest: () => held });
    const before = performance.now();
    await until(
      () => performance.now() - before > 300,
      () => seen,
    );
    // Meanwhile another origin takes the place of the first one's connections.
    await engine.run({ ...options, target: site.url.replace("127.0.0.1", "localhost") });
    release?.();
    assert.equal((await running).findings.length, 1);
    await engine.close();
  });

  it("ends at once with what it has when the signal fires, even while the caller holds it up", async () => {
    const engine = engineFor(site.url, { concurrency: 1 });
    const abort = new AbortController();
    let asked = 0;
    const running = engine.run({
      target: site.url,
      signal: abort.signal,
      templates: ["/1", "/2", "/3"].map((path, at) => ({ ...anyResponse(path), id: `t${at}` })),
      beforeRequest: () => (++asked === 1 ? Promise.resolve() : new Promise(() => undefined)),
    });
    await until(
      () => asked === 2,
      () => asked,
    );
    abort.abort();
    const outcome = await running;
    assert.equal(outcome.aborted, true);
    assert.equal(outcome.findings.length, 1);
    assert.deepEqual(outcome.requests, { planned: 3, sent: 1, failed: 0, skipped: 2, redirects: 0, retries: 0 });
    assert.deepEqual(outcome.errors, []);
    await engine.close();
  });

  it("refuses to run once closed", async () => {
    const engine = engineFor(site.url);
    await engine.close();
    await assert.rejects(
      engine.run({ target: site.url, templates: [], signal: new AbortController().signal }),
      (thrown) => thrown instanceof Error && "code" in thrown && thrown.code === "closed",
    );
  });

  it("reports an unreachable host, leaves it alone after failures in a row and says how much it skipped", async () => {
    const gone = await startSite(() => undefined);
    await gone.close();
    const templates = Array.from({ length: 8 }, (_none, at) => ({ ...anyResponse(`/${at}`), id: `t${at}` }));
    const clock = new ManualClock();
    const engine = engineFor(gone.url, { clock, concurrency: 1, hostHealth: { maxFailures: 5, pauseMs: 1_000 } });
    const options = { target: gone.url, templates, signal: new AbortController().signal };
    const first = await engine.run(options);
    assert.deepEqual(errorKinds(first), Array(5).fill("unreachable"));
    assert.deepEqual(first.requests, { planned: 8, sent: 0, failed: 5, skipped: 3, redirects: 0, retries: 0 });
    assert.equal(first.skippedHosts.length, 1);
    assert.equal(first.skippedHosts[0]?.host, `127.0.0.1:${gone.port}`);
    assert.equal(first.skippedHosts[0].requests, 3);
    assert.match(first.skippedHosts[0].reason, /5 connection failures in a row.*ECONNREFUSED/);
    assert.equal((await engine.run(options)).requests.skipped, 8);
    clock.advance(1_000);
    assert.deepEqual((await engine.run(options)).requests, {
      planned: 8,
      sent: 0,
      failed: 1,
      skipped: 7,
      redirects: 0,
      retries: 0,
    });
    await engine.close();
  });
});
