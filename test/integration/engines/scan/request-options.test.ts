import assert from "node:assert/strict";
import {
  parseTemplate,
  type ScanOutcome,
  type ScanRequestOptions,
  type Template,
} from "../../../../src/engines/scan/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { until } from "../../../support/until.ts";
import {
  anyResponse,
  closeSites,
  engineFor,
  errorKinds,
  scan,
  type SeenRequest,
  startPages,
  startRawSite,
  startSite,
} from "./site.ts";

const none: ScanRequestOptions = { headers: [], variables: {}, excludeHosts: [] };
const never = new AbortController().signal;

const numbered = (count: number, path: string, more = ""): readonly Template[] =>
  Array.from({ length: count }, (_none, at) => ({ ...anyResponse(`${path}${at}`, more), id: `t${at}` }));

describe("the request options of runs of one engine", () => {
  afterEach(closeSites);

  it("go with the requests of their own run only, while others are under way", async () => {
    const seen: SeenRequest[] = [];
    const site = await startPages((request) => seen.push(request));
    const engine = engineFor(site.url, { headers: { "X-Setup": "all", "X-Run": "setup" } });
    const text = `id: var\ninfo: {name: N, author: a, severity: info}\nhttp:\n  - path: ["{{BaseURL}}/v/{{who}}"]\n`;
    const withVariable = parseTemplate(text, "var.yaml").template;
    assert.ok(withVariable !== undefined);
    const run = (who: string): Promise<ScanOutcome> =>
      engine.run({
        target: site.url,
        templates: [withVariable, ...numbered(30, `/${who}/`)],
        signal: never,
        request: {
          ...none,
          headers: [
            { name: "X-Run", value: "first" },
            { name: "x-run", value: who },
            { name: `X-Only-${who}`, value: "1" },
          ],
          variables: { who },
        },
      });
    const whos = ["alice", "bob", "carol"];
    const outcomes = await Promise.all([
      ...whos.map(run),
      engine.run({ target: site.url, templates: numbered(30, "/nobody/"), signal: never }),
    ]);
    await engine.close();
    assert.ok(outcomes.every(({ errors }) => errors.length === 0));
    assert.equal(seen.length, 3 * 31 + 30);
    for (const { url, headers } of seen) {
      const who = url.split("/").find((part) => [...whos, "nobody"].includes(part)) ?? "?";
      assert.equal(headers["x-run"], who === "nobody" ? "setup" : who, url);
      assert.equal(headers["x-setup"], "all");
      const only = whos.filter((name) => headers[`x-only-${name}`] !== undefined);
      assert.deepEqual(only, who === "nobody" ? [] : [who], url);
    }
    assert.deepEqual(
      seen
        .map(({ url }) => url)
        .filter((url) => url.startsWith("/v/"))
        .toSorted(),
      whos.map((who) => `/v/${who}`),
    );
  });

  it("give each run its own time, longer or shorter than the engine's, and no run the blame for another's", async () => {
    const site = await startSite((_request, response) => {
      const timer = setTimeout(() => response.end("late"), 300);
      response.on("close", () => clearTimeout(timer));
    });
    const http = { totalMs: 150, headersMs: 150 };
    const engine = engineFor(site.url, { http, hostHealth: { maxFailures: 2 } });
    const run = (timeoutMs?: number): Promise<ScanOutcome> =>
      engine.run({
        target: site.url,
        templates: numbered(4, "/"),
        signal: never,
        request: { ...none, ...(timeoutMs === undefined ? {} : { timeoutMs }) },
      });
    const [short, long, usual] = await Promise.all([run(20), run(5_000), run()]);
    assert.deepEqual(errorKinds(short), Array(4).fill("timeout"));
    assert.deepEqual([long.errors, long.findings.length], [[], 4]);
    assert.deepEqual(errorKinds(usual), Array(4).fill("timeout"));
    // The host is given up for those to whom it does not answer in time, and for nobody else.
    assert.equal((await run(20)).requests.skipped, 4);
    assert.equal((await run(5_000)).findings.length, 4);
    await engine.close();
  });

  it("send a request again only when there was no answer, each time with the caller's leave", async () => {
    const hits = new Map<string, number>();
    const site = await startSite((request, response) => {
      const path = request.url ?? "";
      const before = hits.get(path) ?? 0;
      hits.set(path, before + 1);
      if (path === "/flaky" && before < 2) request.socket.destroy();
      else if (path === "/dead") request.socket.destroy();
      else response.writeHead(path === "/broken" ? 500 : 200).end("page");
    });
    const asked: string[] = [];
    const engine = engineFor(site.url);
    const outcome = await engine.run({
      target: site.url,
      templates: ["/flaky", "/dead", "/broken"].map((path) => ({ ...anyResponse(path), id: path.slice(1) })),
      signal: never,
      beforeRequest: ({ template }) => {
        asked.push(template);
        return Promise.resolve();
      },
      request: { ...none, retries: 3 },
    });
    await engine.close();
    assert.deepEqual(Object.fromEntries(hits), { "/flaky": 3, "/dead": 4, "/broken": 1 });
    assert.deepEqual(
      asked.toSorted(),
      [...Array<string>(4).fill("dead"), ...Array<string>(3).fill("flaky"), "broken"].toSorted(),
    );
    assert.deepEqual(errorKinds(outcome), ["connection-lost"]);
    assert.deepEqual(outcome.requests, { planned: 3, sent: 2, failed: 1, skipped: 0, redirects: 0, retries: 5 });
  });

  it("wait longer before each retry, and end at once when the signal fires meanwhile", async () => {
    const clock = new ManualClock();
    let hits = 0;
    const site = await startRawSite((socket) => {
      hits += 1;
      socket.destroy();
    });
    const engine = engineFor(site.url, { clock });
    const abort = new AbortController();
    const running = engine.run({
      target: site.url,
      templates: [anyResponse("/")],
      signal: abort.signal,
      request: { ...none, retries: 10 },
    });
    for (const [at, pauseMs] of [100, 200, 400].entries()) {
      await until(
        () => hits === at + 1 && clock.nextInMs === pauseMs,
        () => ({ hits, nextInMs: clock.nextInMs }),
      );
      clock.advance(pauseMs);
    }
    await until(
      () => clock.nextInMs === 800,
      () => clock.nextInMs,
    );
    abort.abort();
    const outcome = await running;
    assert.equal(outcome.aborted, true);
    assert.equal(hits, 4);
    assert.equal(clock.pending, 0);
    await engine.close();
  });

  it("leave excluded hosts alone, by name, address or redirect, and say so", async () => {
    const contacts: string[] = [];
    const site = await startSite((request, response) => {
      contacts.push(request.url ?? "");
      response.writeHead(302, { location: `http://other.test:${site.port}/there` }).end();
    });
    const setup = {
      scope: ["127.0.0.1", "site.test", "other.test"],
      resolve: (): Promise<readonly string[]> => Promise.resolve(["127.0.0.1"]),
    };
    const run = (host: string, excludeHosts: readonly string[], more = ""): Promise<ScanOutcome> =>
      scan(`http://${host}:${site.port}`, numbered(3, "/", more), setup, undefined, { ...none, excludeHosts });
    for (const [host, entry] of [
      ["site.test", "SITE.test"],
      ["site.test", `site.test:${site.port}`],
      ["site.test", "127.0.0.0/8"],
      ["127.0.0.1", "127.0.0.1"],
    ] as const) {
      const outcome = await run(host, ["unrelated.test", entry]);
      assert.deepEqual(outcome.requests, { planned: 3, sent: 0, failed: 0, skipped: 3, redirects: 0, retries: 0 });
      assert.deepEqual(outcome.errors, []);
      const [skipped, ...rest] = outcome.skippedHosts;
      assert.deepEqual(rest, []);
      assert.deepEqual([skipped?.host, skipped?.cause, skipped?.requests], [`${host}:${site.port}`, "excluded", 3]);
      assert.ok(skipped?.reason.includes(`excluded by "${entry}"`), skipped?.reason);
    }
    assert.deepEqual(contacts, []);
    const redirected = await run("site.test", ["other.test"], "redirects: true\n");
    assert.deepEqual(errorKinds(redirected), ["excluded", "excluded", "excluded"]);
    assert.equal(redirected.findings.length, 3);
    assert.deepEqual(contacts.toSorted(), ["/0", "/1", "/2"]);
  });

  it("exclude an address for their own run only, even where another holds a connection to it", async () => {
    let hits = 0;
    const site = await startSite((_request, response) => {
      hits += 1;
      response.end("page");
    });
    const engine = engineFor(`http://site.test:${site.port}`, {
      scope: ["127.0.0.1", "site.test"],
      resolve: () => Promise.resolve(["127.0.0.1"]),
    });
    const run = (excludeHosts: readonly string[]): Promise<ScanOutcome> =>
      engine.run({
        target: `http://site.test:${site.port}`,
        templates: numbered(5, "/"),
        signal: never,
        request: { ...none, excludeHosts },
      });
    assert.equal((await run([])).findings.length, 5);
    const [excluded, free] = await Promise.all([run(["127.0.0.1"]), run([])]);
    assert.deepEqual([excluded.requests.sent, excluded.requests.skipped, free.findings.length], [0, 5, 5]);
    assert.equal(hits, 10);
    await engine.close();
  });

  it("are refused before anything is sent when they are out of bounds", async () => {
    const engine = engineFor("http://127.0.0.1:9");
    const request = { ...none, retries: 99 };
    await assert.rejects(
      engine.run({ target: "http://127.0.0.1:9", templates: [anyResponse("/")], signal: never, request }),
      (thrown) => thrown instanceof Error && "code" in thrown && thrown.code === "invalid-option",
    );
    await engine.close();
  });
});
