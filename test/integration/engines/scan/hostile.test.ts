import assert from "node:assert/strict";
import { once } from "node:events";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { until } from "../../../support/until.ts";
import { anyResponse, closeSites, engineFor, errorKinds, scan, startRawSite, startSite, templateOf } from "./site.ts";

const tiny = { http: { maxBodyBytes: 1_000, totalMs: 2_000 } };

describe("the scan engine against a hostile site", () => {
  afterEach(closeSites);

  it("reads an endless body to its limit and judges the beginning", async () => {
    let closed = false;
    const site = await startSite((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(10_000)));
      };
      response.on("drain", more).on("close", () => (closed = true));
      more();
    });
    const template = templateOf('path: ["{{BaseURL}}"]\nmatchers:\n  - {type: size, size: [1000]}');
    const outcome = await scan(site.url, [template], tiny);
    assert.equal(outcome.findings.length, 1);
    await until(
      () => closed,
      () => "the connection is still open",
    );
    const own = templateOf('path: ["{{BaseURL}}"]\nmax-size: 10\nmatchers:\n  - {type: size, size: [10]}');
    assert.equal((await scan(site.url, [own], tiny)).findings.length, 1);
  });

  it("gives up on a slow body, a slow head and silence", async () => {
    const site = await startSite((request, response) => {
      if (request.url === "/silent") return;
      response.writeHead(200);
      response.write("a");
    });
    const limits = { http: { totalMs: 300 } };
    for (const path of ["/slow", "/silent"]) {
      const before = performance.now();
      const outcome = await scan(site.url, [anyResponse(path)], limits);
      assert.deepEqual(errorKinds(outcome), ["timeout"]);
      assert.ok(performance.now() - before < 2_000);
      assert.deepEqual(outcome.requests, { planned: 1, sent: 0, failed: 1, skipped: 0, redirects: 0, retries: 0 });
    }
    const slowHead = await scan(site.url, [anyResponse("/silent")], { http: { headersMs: 200 } });
    assert.deepEqual(errorKinds(slowHead), ["timeout"]);
  });

  it("bounds a whole chain of redirects by one time limit", async () => {
    const site = await startSite((_request, response) => {
      const later = setTimeout(() => response.writeHead(302, { location: "/" }).end(), 100);
      response.on("close", () => clearTimeout(later));
    });
    const outcome = await scan(site.url, [anyResponse("/", "redirects: true\n")], { http: { totalMs: 350 } });
    assert.deepEqual(errorKinds(outcome), ["timeout"]);
    assert.ok(outcome.findings.length >= 1 && outcome.findings.length <= 4);
  });

  it("decodes what it asked for within its limit and reports a bomb", async () => {
    const bodies: Record<string, readonly [string, Buffer]> = {
      "/gzip": ["gzip", gzipSync("plain text")],
      "/deflate": ["deflate", deflateSync("plain text")],
      "/raw": ["deflate", deflateRawSync("plain text")],
      "/br": ["br", brotliCompressSync("plain text")],
      "/twice": ["gzip, br", brotliCompressSync(gzipSync("plain text"))],
      "/cut": ["gzip", gzipSync(`plain text${"x".repeat(500)}`).subarray(0, 25)],
      "/unknown": ["zstd", Buffer.from("plain text")],
      "/lie": ["gzip", Buffer.from("plain text")],
      "/long": ["gzip", gzipSync(`plain text${Array.from({ length: 900 }, (_none, at) => at).join()}`)],
    };
    const layered = gzipSync(gzipSync(gzipSync("plain text")));
    const bomb = gzipSync(Buffer.alloc(5_000_000));
    const site = await startSite((request, response) => {
      const url = request.url ?? "";
      const [encoding, body] = bodies[url] ?? (url === "/bomb" ? ["gzip", bomb] : ["gzip, gzip, gzip", layered]);
      response.setHeader("Content-Encoding", encoding).end(body);
    });
    for (const path of Object.keys(bodies)) {
      const template = templateOf(`path: ["{{BaseURL}}${path}"]\nmatchers:\n  - {type: regex, regex: ["^plain t"]}`);
      const outcome = await scan(site.url, [template], tiny);
      const errors = path === "/long" ? ["protocol"] : [];
      assert.deepEqual([outcome.findings.length, ...errorKinds(outcome)], [1, ...errors], path);
    }
    for (const path of ["/bomb", "/layers"]) {
      const outcome = await scan(site.url, [anyResponse(path)], { http: { maxBodyBytes: 100_000 } });
      assert.deepEqual([outcome.findings.length, ...errorKinds(outcome)], [0, "decompression-bomb"], path);
    }
  });

  it("reports resets, half responses, floods of headers and what is no HTTP", async () => {
    const answers: Record<string, string> = {
      "/half": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
      "/flood": `HTTP/1.1 200 OK\r\n${"X-Flood: yes\r\n".repeat(50_000)}\r\n`,
      "/garbage": "220 smtp.example.com ESMTP\r\n",
      "/empty": "",
    };
    const site = await startRawSite((socket) => {
      void once(socket, "data").then(([data]) => {
        const path = String(data).split(" ")[1] ?? "";
        if (path === "/reset") socket.resetAndDestroy();
        else socket.end(answers[path] ?? "");
      });
    });
    const kindAt = async (path: string): Promise<string | undefined> =>
      errorKinds(await scan(site.url, [anyResponse(path)], { http: { totalMs: 3_000 } }))[0];
    assert.equal(await kindAt("/reset"), "connection-lost");
    assert.equal(await kindAt("/half"), "connection-lost");
    assert.equal(await kindAt("/empty"), "connection-lost");
    assert.equal(await kindAt("/garbage"), "protocol");
    assert.equal(await kindAt("/flood"), "protocol");
  });

  it("takes responses that are only odd", async () => {
    const answers: Record<string, string> = {
      "/early-hints": "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
      "/no-reason": "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",
      "/latin1": "HTTP/1.1 200 OK\r\nX-Name: caf\xe9\r\nContent-Length: 2\r\n\r\nok",
      "/until-close": "HTTP/1.0 200 OK\r\n\r\nok",
    };
    const site = await startRawSite((socket) => {
      void once(socket, "data").then(([data]) => {
        socket.end(Buffer.from(answers[String(data).split(" ")[1] ?? ""] ?? "", "latin1"));
      });
    });
    for (const path of Object.keys(answers)) {
      const block = `path: ["{{BaseURL}}${path}"]\nmatchers-condition: and\nmatchers:\n  - {type: word, words: [ok]}\n  - {type: status, status: [200]}`;
      const outcome = await scan(site.url, [templateOf(block)]);
      assert.deepEqual([outcome.findings.length, outcome.errors], [1, []], path);
    }
  });

  it("gives up judging a page that makes its patterns slow, and says so", async () => {
    const site = await startSite((_request, response) => response.end("a".repeat(4_000_000)));
    const slow = Array.from({ length: 20 }, () => '{type: regex, regex: ["a", "(?i)b+c"]}').join(", ");
    const before = performance.now();
    const outcome = await scan(site.url, [templateOf(`path: ["{{BaseURL}}"]\nextractors: [${slow}]`)], {
      judgingMs: 200,
    });
    assert.deepEqual(errorKinds(outcome), ["judging-timeout"]);
    assert.deepEqual([outcome.findings.length, outcome.requests.failed], [0, 1]);
    assert.ok(performance.now() - before < 5_000);
  });

  it("never evaluates placeholders that come back in a response", async () => {
    const site = await startSite((request, response) => {
      if (request.url === "/") response.writeHead(302, { location: "/{{BaseURL}}/x" }).end();
      else response.end("{{BaseURL}} {{md5(1)}}");
    });
    const block = `path: ["{{BaseURL}}"]\nredirects: true\nextractors:\n  - {type: regex, name: got, regex: ["\\\\{\\\\{.*"]}\nmatchers:\n  - {type: word, part: got, words: [md5]}`;
    const { findings } = await scan(site.url, [templateOf(block)]);
    assert.equal(findings[0]?.["matched-at"], `${site.url}/%7B%7BBaseURL%7D%7D/x`);
    assert.deepEqual(findings[0]["extracted-results"], ["{{BaseURL}} {{md5(1)}}"]);
  });

  it("is aborted in the middle of a body at once, and when its engine is closed", async () => {
    let started = 0;
    const site = await startSite((_request, response) => {
      response.write("a");
      started += 1;
    });
    const abort = new AbortController();
    const running = scan(site.url, [anyResponse("/")], {}, abort.signal);
    await until(
      () => started === 1,
      () => started,
    );
    const before = performance.now();
    abort.abort();
    const outcome = await running;
    assert.ok(performance.now() - before < 500);
    assert.deepEqual([outcome.aborted, outcome.requests.skipped, outcome.errors], [true, 1, []]);
    const engine = engineFor(site.url);
    const closedRun = engine.run({
      target: site.url,
      templates: [anyResponse("/")],
      signal: new AbortController().signal,
    });
    await until(
      () => started === 2,
      () => started,
    );
    await engine.close();
    assert.equal((await closedRun).aborted, true);
  });
});
