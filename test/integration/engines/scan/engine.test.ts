import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../../../support/manual-clock.ts";
import { until } from "../../../support/until.ts";
import { anyResponse, engineFor, errorKinds, scan, type Site, startSite, startTlsSite, templateOf } from "./site.ts";

describe("the scan engine against a website", () => {
  let site: Site;
  let seen: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[];

  before(async () => {
    site = await startSite((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        const url = request.url ?? "";
        seen.push({ method: request.method ?? "", url, headers: request.headers, body });
        const redirect = /^\/go\/(\d+)$/.exec(url);
        if (redirect !== null) {
          const left = Number(redirect[1]);
          response.writeHead(302, { location: left === 0 ? "/end" : `/go/${left - 1}`, "x-hop": String(left) }).end();
        } else {
          response.setHeader("X-Powered-By", "PHP/8.1").end(`page ${url} end`);
        }
      });
    });
  });
  beforeEach(() => (seen = []));
  after(() => site.close());

  it("gives findings with nuclei's keys", async () => {
    const template = templateOf(
      [
        'path: ["{{BaseURL}}/a?x=1"]',
        "matchers:",
        "  - {type: word, name: found, words: [page]}",
        "extractors:",
        "  - {type: kval, kval: [x_powered_by]}",
      ].join("\n"),
      "key-test",
    );
    const { findings, requests, errors } = await scan(`${site.url}/app/`, [template]);
    assert.deepEqual(requests, { planned: 1, sent: 1, failed: 0, skipped: 0, redirects: 0 });
    assert.deepEqual(errors, []);
    const [finding] = findings;
    assert.ok(finding !== undefined);
    const { timestamp, request, response, fingerprint, "curl-command": curl, ...rest } = finding;
    assert.deepEqual(rest, {
      "template-id": "key-test",
      "template-path": "key-test.yaml",
      info: { name: "Sample", author: ["tester"], severity: "low" },
      "matcher-name": "found",
      type: "http",
      host: `127.0.0.1:${site.port}`,
      port: String(site.port),
      scheme: "http",
      url: `${site.url}/app/`,
      path: "/app/",
      "matched-at": `${site.url}/app/a?x=1`,
      "extracted-results": ["PHP/8.1"],
      ip: "127.0.0.1",
      "matcher-status": true,
    });
    assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.match(request, /^GET \/app\/a\?x=1 HTTP\/1\.1\r\nHost: 127\.0\.0\.1:/);
    assert.match(response, /^HTTP\/1\.1 200 OK\r\n[^]*X-Powered-By: PHP\/8\.1\r\n\r\npage/);
    assert.match(fingerprint, /^[0-9a-f]{64}$/);
    assert.ok(curl.startsWith("curl ") && curl.endsWith(`'${site.url}/app/a?x=1'`));
    assert.deepEqual(JSON.parse(JSON.stringify(finding)), finding);
  });

  it("gives the same fingerprint again, and another one for another place", async () => {
    const prints = async (path: string): Promise<string | undefined> =>
      (await scan(site.url, [anyResponse(path)])).findings[0]?.fingerprint;
    assert.equal(await prints("/a"), await prints("/a"));
    assert.notEqual(await prints("/a"), await prints("/b"));
  });

  it("sends what the template says", async () => {
    const template = templateOf(
      'path: ["{{BaseURL}}/../x//y"]\nmethod: PUT\nheaders: {X-Test: "{{Host}}", Host: virtual.test}\nbody: "one\\ntwo"',
    );
    await scan(site.url, [template], { headers: { Authorization: "Bearer t" }, userAgent: "agent/1" });
    assert.equal(seen.length, 1);
    assert.equal(seen[0]?.method, "PUT");
    assert.equal(seen[0].url, "/../x//y");
    assert.equal(seen[0].body, "one\r\ntwo");
    assert.equal(seen[0].headers["x-test"], "127.0.0.1");
    assert.equal(seen[0].headers.host, "virtual.test");
    assert.equal(seen[0].headers.authorization, "Bearer t");
    assert.equal(seen[0].headers["user-agent"], "agent/1");
  });

  it("keeps the order of templates and requests whatever answers first", async () => {
    const templates = ["c", "a", "b"].map((id) =>
      templateOf(
        `path: ["{{BaseURL}}/${id}1", "{{BaseURL}}/${id}2"]\nmatchers:\n  - {type: status, status: [200]}`,
        id,
      ),
    );
    const { findings } = await scan(site.url, templates, { concurrency: 3 });
    assert.deepEqual(
      findings.map((finding) => finding["matched-at"].slice(site.url.length)),
      ["/c1", "/c2", "/a1", "/a2", "/b1", "/b2"],
    );
  });

  it("keeps a bounded number of findings and counts the rest", async () => {
    const templates = ["a", "b", "c"].map((id) => ({ ...anyResponse(`/${id}`), id }));
    const { findings, droppedFindings } = await scan(site.url, templates, { maxFindings: 2, concurrency: 1 });
    assert.deepEqual(
      findings.map((finding) => finding["template-id"]),
      ["a", "b"],
    );
    assert.equal(droppedFindings, 1);
  });

  it("stops at the first match where the template says so, and counts the rest as skipped", async () => {
    const block = (more: string): string =>
      `path: ["{{BaseURL}}/1", "{{BaseURL}}/2", "{{BaseURL}}/3"]\n${more}\nmatchers:\n  - {type: word, words: [/2]}`;
    const all = await scan(site.url, [templateOf(block(""))]);
    assert.equal(all.requests.sent, 3);
    const stopped = await scan(site.url, [templateOf(block("stop-at-first-match: true"))]);
    assert.deepEqual(stopped.requests, { planned: 3, sent: 2, failed: 0, skipped: 1, redirects: 0 });
    assert.equal(stopped.findings.length, 1);
  });

  it("does not stop for extracted values alone, as nuclei does not", async () => {
    const block =
      'path: ["{{BaseURL}}/1", "{{BaseURL}}/2"]\nstop-at-first-match: true\nextractors:\n  - {type: kval, kval: [date]}';
    assert.equal((await scan(site.url, [templateOf(block)])).findings.length, 2);
  });

  it("judges every response of a chain of redirects, the last one first", async () => {
    const block = (more: string): string =>
      `path: ["{{BaseURL}}/go/2"]\n${more}\nmatchers:\n  - {type: status, status: [302]}\n  - {type: word, words: [page]}`;
    const followed = await scan(site.url, [templateOf(block("redirects: true"))]);
    assert.deepEqual(
      followed.findings.map((finding) => finding["matched-at"].slice(site.url.length)),
      ["/end", "/go/0", "/go/1", "/go/2"],
    );
    assert.deepEqual(followed.requests, { planned: 1, sent: 1, failed: 0, skipped: 0, redirects: 3 });
    const stayed = await scan(site.url, [templateOf(block("redirects: false"))]);
    assert.equal(stayed.findings.length, 1);
  });

  it("follows as many redirects as allowed, 10 when nothing is said, and reports the limit", async () => {
    const at = async (more: string): Promise<readonly string[]> => {
      const block = `path: ["{{BaseURL}}/go/100"]\nredirects: true\n${more}matchers:\n  - {type: word, part: x_hop, words: [""]}`;
      const outcome = await scan(site.url, [templateOf(block)]);
      return [outcome.findings[0]?.["matched-at"].slice(site.url.length) ?? "", ...errorKinds(outcome)];
    };
    assert.deepEqual(await at(""), ["/go/90", "too-many-redirects"]);
    assert.deepEqual(await at("max-redirects: 3\n"), ["/go/97", "too-many-redirects"]);
  });

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
    assert.deepEqual(outcome.requests, { planned: 3, sent: 1, failed: 0, skipped: 2, redirects: 0 });
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
    assert.deepEqual(first.requests, { planned: 8, sent: 0, failed: 5, skipped: 3, redirects: 0 });
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
    });
    await engine.close();
  });

  it("scans sites whose certificate nobody signed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "garrison-scan-tls-"));
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const options = [
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-days",
      "1",
      "-subj",
      "/CN=wrong.test",
      "-keyout",
      key,
      "-out",
      cert,
    ];
    execFileSync("openssl", ["req", "-x509", ...options], { stdio: "ignore" });
    const pem = { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
    rmSync(folder, { recursive: true });
    const tls = await startTlsSite(pem, (_request, response) => response.end("over tls"));
    const { findings } = await scan(tls.url, [
      templateOf('path: ["{{BaseURL}}"]\nmatchers:\n  - {type: word, words: [over tls]}'),
    ]);
    assert.equal(findings[0]?.scheme, "https");
    const plain = await scan(tls.url.replace("https", "http"), [anyResponse("/")]);
    assert.deepEqual(errorKinds(plain), ["connection-lost"]);
    await tls.close();
    const notTls = await scan(site.url.replace("http", "https"), [anyResponse("/")]);
    assert.deepEqual(errorKinds(notTls), ["tls"]);
  });
});
