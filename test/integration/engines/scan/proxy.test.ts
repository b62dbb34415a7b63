import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ScanOutcome, ScanRequestOptions, Template } from "../../../../src/engines/scan/index.ts";
import { script } from "../../../support/script.ts";
import { type ProxyServer, type ProxyServerOptions, startProxy } from "./proxy-server.ts";
import {
  anyResponse,
  closeSites,
  engineFor,
  errorKinds,
  scan,
  selfSigned,
  type Site,
  startRawSite,
  startSite,
  startTlsSite,
} from "./site.ts";

const none: ScanRequestOptions = { headers: [], variables: {}, excludeHosts: [] };
const local = (): Promise<readonly string[]> => Promise.resolve(["127.0.0.1"]);

describe("a scan through a proxy", () => {
  let proxies: ProxyServer[];
  let seen: string[];

  const proxyServer = async (options: ProxyServerOptions = {}): Promise<ProxyServer> => {
    const proxy = await startProxy(options);
    proxies.push(proxy);
    return proxy;
  };
  const site = (): Promise<Site> =>
    startSite((request, response) => {
      seen.push(`${request.headers.host ?? ""} ${request.url ?? ""}`);
      if (request.url === "/away") response.writeHead(302, { location: "http://127.0.0.9/secret" }).end();
      else response.end("page");
    });
  const through = (
    proxy: { readonly url: string; readonly port: number },
    target: string,
    template: Template,
    setup: Parameters<typeof scan>[2] = {},
  ): Promise<ScanOutcome> =>
    scan(target, [template], { proxyScope: [`127.0.0.1:${proxy.port}`], ...setup }, undefined, {
      ...none,
      proxy: proxy.url,
    });

  beforeEach(() => {
    proxies = [];
    seen = [];
  });
  afterEach(() => Promise.all([closeSites(), ...proxies.map((proxy) => proxy.close())]));

  it("names the whole URL of an http target, whose Host stays the target's", async () => {
    const [proxy, { url, port }] = await Promise.all([proxyServer(), site()]);
    const outcome = await through(proxy, url, anyResponse("/../a?b=1"));
    assert.deepEqual(outcome.errors, []);
    assert.deepEqual(proxy.asked, [`GET ${url}/../a?b=1`]);
    assert.equal(seen[0]?.split(" ")[0], `127.0.0.1:${port}`);
    const [finding] = outcome.findings;
    assert.equal(finding?.["matched-at"], `${url}/../a?b=1`);
    assert.ok(finding.request.startsWith("GET /../a?b=1 HTTP/1.1\r\n"), finding.request);
    // Whose address the proxy contacted is not known here.
    assert.equal(finding.ip, undefined);
  });

  it("reaches an https target by CONNECT, whatever its certificate, under its own name", async () => {
    const names: (string | false | null)[] = [];
    const tls = await startTlsSite((request, response) => {
      if ("servername" in request.socket) names.push(request.socket.servername as string);
      response.end("secure page");
    });
    const proxy = await proxyServer();
    const target = `https://site.test:${tls.port}`;
    const outcome = await through(proxy, target, anyResponse("/x"), {
      scope: ["site.test", "127.0.0.1"],
      resolve: (name) => (name === "site.test" ? local() : Promise.reject(new Error(`asked for ${name}`))),
    });
    assert.deepEqual(outcome.errors, []);
    assert.equal(outcome.findings.length, 1);
    assert.deepEqual(proxy.asked, [`CONNECT site.test:${tls.port}`]);
    assert.deepEqual(names, ["site.test"]);
  });

  it("goes to a proxy that the scope or the proxy scope names, and to no other", async () => {
    const [proxy, { url, port }] = await Promise.all([proxyServer(), site()]);
    const refused = await through(proxy, url, anyResponse("/"), { proxyScope: [`127.0.0.1:${port}`] });
    assert.deepEqual(errorKinds(refused), ["refused-by-scope"]);
    assert.match(refused.errors[0]?.message ?? "", new RegExp(`proxy 127\\.0\\.0\\.1:${proxy.port}`));
    assert.deepEqual([proxy.asked, seen], [[], []]);
    const scope = [`127.0.0.1:${port}`, `127.0.0.1:${proxy.port}`];
    assert.deepEqual((await through(proxy, url, anyResponse("/"), { proxyScope: [], scope })).errors, []);
  });

  it("does not bring its proxy into scope as a target", async () => {
    const proxy = await proxyServer();
    const outcome = await through(proxy, proxy.url, anyResponse("/"), { scope: [] });
    assert.deepEqual(errorKinds(outcome), ["refused-by-scope"]);
    assert.deepEqual(proxy.asked, []);
  });

  it("hands over nothing that is out of scope, by name, by any address, or by a redirect", async () => {
    const [proxy, { url, port }] = await Promise.all([proxyServer(), site()]);
    const kinds = async (target: string, path: string, setup: Parameters<typeof scan>[2]): Promise<unknown> =>
      errorKinds(await through(proxy, target, anyResponse(path, "redirects: true\n"), setup));
    const named = `http://name.test:${port}`;
    assert.deepEqual(await kinds(named, "/", { scope: ["other.test"] }), ["refused-by-scope"]);
    assert.deepEqual(await kinds(named, "/", { scope: ["name.test"], resolve: local }), ["refused-by-scope"]);
    // The proxy may take any of them.
    const both = (): Promise<readonly string[]> => Promise.resolve(["127.0.0.1", "127.0.0.2"]);
    const mixed = { scope: ["name.test", "127.0.0.1"], resolve: both };
    assert.deepEqual(await kinds(named, "/", mixed), ["refused-by-scope"]);
    assert.deepEqual(proxy.asked, []);
    assert.deepEqual(await kinds(url, "/away", {}), ["refused-by-scope"]);
    assert.deepEqual(proxy.asked, [`GET ${url}/away`]);
  });

  it("checks the addresses of a name before each request, because the proxy resolves it each time", async () => {
    const [proxy, { port }] = await Promise.all([proxyServer(), site()]);
    const target = `http://name.test:${port}`;
    let asked = 0;
    const resolve = (): Promise<readonly string[]> => Promise.resolve([asked++ === 0 ? "127.0.0.1" : "127.0.0.2"]);
    const engine = engineFor(target, { scope: ["name.test", "127.0.0.1"], resolve });
    const templates = [anyResponse("/1"), { ...anyResponse("/2"), id: "second" }];
    const outcome = await engine.run({
      target,
      templates,
      signal: new AbortController().signal,
      request: { ...none, proxy: proxy.url },
    });
    await engine.close();
    assert.deepEqual(errorKinds(outcome), ["refused-by-scope"]);
    assert.deepEqual(outcome.requests, { planned: 2, sent: 1, failed: 1, skipped: 0, redirects: 0, retries: 0 });
    assert.equal(proxy.asked.length, 1);
  });

  it("goes on when its connections are closed for those of another origin while the name is resolved", async () => {
    const [proxy, { port }] = await Promise.all([proxyServer(), site()]);
    const target = (name: string): string => `http://${name}:${port}`;
    let release: (() => void) | undefined;
    const held = new Promise<readonly string[]>((resolve) => (release = () => resolve(["127.0.0.1"])));
    const engine = engineFor(target("a.test"), {
      scope: ["*.test", "127.0.0.1"],
      http: { maxOrigins: 1 },
      resolve: (name) => (name === "a.test" ? held : local()),
    });
    const run = (name: string): Promise<ScanOutcome> =>
      engine.run({
        target: target(name),
        templates: [anyResponse("/")],
        signal: new AbortController().signal,
        request: { ...none, proxy: proxy.url },
      });
    const waiting = run("a.test");
    assert.deepEqual((await run("b.test")).errors, []);
    release?.();
    assert.deepEqual((await waiting).errors, []);
    assert.deepEqual(proxy.asked, [`GET ${target("b.test")}/`, `GET ${target("a.test")}/`]);
    await engine.close();
  });

  it("passes on a name that resolves only at the proxy when the scope names that very host", async () => {
    const [proxy, { port }] = await Promise.all([proxyServer(), site()]);
    const target = `http://inner.name.test:${port}`;
    const resolve = (): Promise<readonly string[]> => Promise.reject(new Error("ENOTFOUND"));
    const run = (scope: readonly string[]): Promise<ScanOutcome> =>
      through(proxy, target, anyResponse("/"), { scope, resolve });
    const wild = await run(["*.name.test"]);
    assert.deepEqual(errorKinds(wild), ["refused-by-scope"]);
    assert.match(wild.errors[0]?.message ?? "", /does not resolve here/);
    assert.deepEqual(proxy.asked, []);
    assert.equal((await run(["inner.name.test"])).findings.length, 1);
    assert.deepEqual(seen, [`inner.name.test:${port} /`]);
  });

  it("does not wait for ever for a name or for the answer to CONNECT", async () => {
    const proxy = await proxyServer({ silent: true });
    const http = { connectMs: 100, totalMs: 2_000 };
    const scope = ["name.test", "127.0.0.1"];
    const unresolved = { scope, http, resolve: (): Promise<never> => new Promise<never>(() => undefined) };
    assert.deepEqual(errorKinds(await through(proxy, "http://name.test", anyResponse("/"), unresolved)), ["timeout"]);
    const silent = { scope, http, resolve: local };
    assert.deepEqual(errorKinds(await through(proxy, "https://name.test", anyResponse("/"), silent)), ["timeout"]);
    assert.deepEqual(proxy.asked, ["CONNECT name.test:443"]);
  });

  it("tells what the proxy answers from what the site answers", async () => {
    const target = { http: "http://127.0.0.1:9", https: "https://127.0.0.1:9" };
    const kinds = async (options: ProxyServerOptions, scheme: keyof typeof target): Promise<unknown> => {
      const outcome = await through(await proxyServer(options), target[scheme], anyResponse("/"));
      return [errorKinds(outcome), outcome.findings.length];
    };
    assert.deepEqual(await kinds({ refuseWith: 407 }, "http"), [["proxy-refused"], 0]);
    assert.deepEqual(await kinds({ refuseWith: 407 }, "https"), [["proxy-refused"], 0]);
    assert.deepEqual(await kinds({ refuseWith: 403 }, "https"), [["proxy-refused"], 0]);
    assert.deepEqual(await kinds({ refuseWith: 502 }, "https"), [["unreachable"], 0]);
  });

  it("trusts no bytes that come before the tunnel is used, and no proxy that speaks no HTTP", async () => {
    const tls = await startTlsSite((_request, response) => response.end("page"));
    const early = await through(await proxyServer({ earlyBytes: "x" }), tls.url, anyResponse("/"));
    assert.deepEqual(errorKinds(early), ["protocol"]);
    const odd = await startRawSite((socket) => void once(socket, "data").then(() => socket.end("SSH-2.0-odd\r\n")));
    for (const target of [tls.url, "http://127.0.0.1:9"]) {
      assert.deepEqual(errorKinds(await through(odd, target, anyResponse("/"))), ["protocol"]);
    }
  });

  it("reports a proxy that is not there as the proxy's failure", async () => {
    const [proxy, { url }] = await Promise.all([proxyServer(), site()]);
    await proxy.close();
    const outcome = await through(proxy, url, anyResponse("/"));
    assert.deepEqual(errorKinds(outcome), ["unreachable"]);
    assert.match(outcome.errors[0]?.message ?? "", new RegExp(`^proxy 127\\.0\\.0\\.1:${proxy.port}: .*ECONNREFUSED`));
  });

  it("gives nothing to an https proxy whose certificate nobody signed", async () => {
    const [proxy, { url }] = await Promise.all([proxyServer({ certificate: selfSigned() }), site()]);
    assert.deepEqual(errorKinds(await through(proxy, url, anyResponse("/"))), ["tls"]);
    assert.deepEqual([proxy.asked, seen], [[], []]);
  });

  it("goes through an https proxy whose certificate is trusted, with TLS inside TLS where the target has it", async () => {
    const certificate = selfSigned();
    const tls = await startTlsSite((_request, response) => response.end("secure page"));
    const [proxy, { url }] = await Promise.all([proxyServer({ certificate }), site()]);
    const folder = mkdtempSync(join(tmpdir(), "garrison-scan-proxy-"));
    try {
      const trusted = join(folder, "proxy.pem");
      writeFileSync(trusted, certificate.cert);
      const { file, execArgv } = script("through-https-proxy", import.meta.url);
      await promisify(execFile)(process.execPath, [...execArgv, file, proxy.url, url, tls.url], {
        env: { ...process.env, NODE_EXTRA_CA_CERTS: trusted },
        timeout: 30_000,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
    assert.deepEqual(proxy.asked, [`GET ${url}/`, `CONNECT ${new URL(tls.url).host}`]);
    assert.equal(seen.length, 1);
  }).timeout(40_000);

  it("shares no connection with runs of another proxy or of none", async () => {
    const [one, two, { url, port }] = await Promise.all([proxyServer(), proxyServer(), site()]);
    const engine = engineFor(url, { proxyScope: [`127.0.0.1:${one.port}`, `127.0.0.1:${two.port}`] });
    const run = (path: string, proxy?: string): Promise<ScanOutcome> =>
      engine.run({
        target: url,
        templates: [anyResponse(path)],
        signal: new AbortController().signal,
        request: { ...none, ...(proxy === undefined ? {} : { proxy }) },
      });
    for (let round = 0; round < 3; round += 1) {
      await Promise.all([run("/one", one.url), run("/two", two.url), run("/none")]);
    }
    assert.deepEqual(new Set(one.asked), new Set([`GET ${url}/one`]));
    assert.deepEqual(new Set(two.asked), new Set([`GET ${url}/two`]));
    assert.deepEqual([one.asked.length, two.asked.length, seen.length], [3, 3, 9]);
    assert.equal(seen.filter((line) => line === `127.0.0.1:${port} /none`).length, 3);
    await engine.close();
  });
});
