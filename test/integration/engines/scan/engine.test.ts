import assert from "node:assert/strict";
import { TLSSocket } from "node:tls";
import {
  anyResponse,
  closeSites,
  errorKinds,
  scan,
  type SeenRequest,
  type Site,
  startPages,
  startSite,
  startTlsSite,
  templateOf,
} from "./site.ts";

describe("the scan engine against a website", () => {
  let site: Site;
  let seen: SeenRequest[];

  before(async () => {
    site = await startPages((request) => seen.push(request));
  });
  beforeEach(() => (seen = []));
  after(closeSites);

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
    assert.deepEqual(requests, { planned: 1, sent: 1, failed: 0, skipped: 0, redirects: 0, retries: 0 });
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
    assert.ok(curl?.startsWith("curl ") === true && curl.endsWith(`'${site.url}/app/a?x=1'`));
    assert.deepEqual(JSON.parse(JSON.stringify(finding)), finding);
  });

  it("gives the same fingerprint again, and another one for another place", async () => {
    const prints = async (path: string): Promise<string | undefined> =>
      (await scan(site.url, [anyResponse(path)])).findings[0]?.fingerprint;
    assert.equal(await prints("/a"), await prints("/a"));
    assert.notEqual(await prints("/a"), await prints("/b"));
  });

  it("gives one weakness one fingerprint, however its target is written and wherever a redirect leads", async () => {
    const template = anyResponse("/go/1", "redirects: true\n");
    const prints = async (target: string): Promise<readonly string[]> =>
      (await scan(target, [template])).findings.map(({ fingerprint }) => fingerprint);
    const first = await prints(site.url);
    assert.equal(new Set(first).size, 3);
    assert.deepEqual(await prints(`${site.url.toUpperCase()}/`), first);
    let sessions = 0;
    const login = await startSite((request, response) => {
      if (request.url === "/go/1") response.writeHead(302, { location: `/login;session=${++sessions}` }).end();
      else response.end("log in");
    });
    assert.deepEqual(await prints(login.url), await prints(login.url));
    assert.equal(sessions, 2);
    await login.close();
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
    assert.deepEqual(stopped.requests, { planned: 3, sent: 2, failed: 0, skipped: 1, redirects: 0, retries: 0 });
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
    assert.deepEqual(followed.requests, { planned: 1, sent: 1, failed: 0, skipped: 0, redirects: 3, retries: 0 });
    const stayed = await scan(site.url, [templateOf(block("redirects: false"))]);
    assert.equal(stayed.findings.length, 1);
  });

  it("follows as many redirects as allowed, 10 when nothing is said, and judges where it stops, as nuclei does", async () => {
    const at = async (more: string): Promise<readonly string[]> => {
      const block = `path: ["{{BaseURL}}/go/100"]\nredirects: true\n${more}matchers:\n  - {type: word, part: x_hop, words: [""]}`;
      const outcome = await scan(site.url, [templateOf(block)]);
      return [outcome.findings[0]?.["matched-at"].slice(site.url.length) ?? "", ...errorKinds(outcome)];
    };
    assert.deepEqual(await at(""), ["/go/90"]);
    assert.deepEqual(await at("max-redirects: 3\n"), ["/go/97"]);
  });

  it("scans sites whose certificate nobody signed", async () => {
    const tls = await startTlsSite((_request, response) => response.end("over tls"));
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

  it("asks for the certificate of the URL's name, whatever Host header a template sends, as nuclei does", async () => {
    const asked: (string | false | null)[] = [];
    const tls = await startTlsSite((request, response) => {
      assert.ok(request.socket instanceof TLSSocket);
      asked.push(request.socket.servername);
      response.end(request.headers.host);
    });
    const block = (header: string): string =>
      `path: ["{{BaseURL}}"]\nheaders: {${header}}\nmatchers:\n  - {type: word, words: [test]}`;
    const target = `https://name.test:${tls.port}`;
    const { findings } = await scan(
      target,
      [templateOf(block("Host: evil.test")), templateOf(block("A: b"), "plain")],
      {
        scope: ["name.test", "127.0.0.1"],
        resolve: () => Promise.resolve(["127.0.0.1"]),
      },
    );
    assert.equal(findings.length, 2);
    assert.deepEqual(asked, ["name.test", "name.test"]);
    await tls.close();
  });
});
