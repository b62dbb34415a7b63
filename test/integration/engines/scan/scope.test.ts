import assert from "node:assert/strict";
import { type Clock, systemClock } from "../../../../src/base/clock.ts";
import { anyResponse, engineFor, errorKinds, scan, type Site, startSite, templateOf } from "./site.ts";

describe("the scope of a running scan", () => {
  let site: Site;
  let other: Site;
  let contacts: string[];

  before(async () => {
    site = await startSite((request, response) => {
      contacts.push(`site ${request.headers.host ?? ""}${request.url ?? ""}`);
      if (request.url === "/away") response.writeHead(302, { location: `${other.url}/secret` }).end();
      else if (request.url === "/elsewhere")
        response.writeHead(302, { location: `http://127.0.0.9:${site.port}/latest` }).end();
      else if (request.url === "/file") response.writeHead(302, { location: "file:///etc/passwd" }).end();
      else response.end("here");
    });
    other = await startSite((request, response) => {
      contacts.push(`other ${request.url ?? ""}`);
      response.end("there");
    });
  });
  beforeEach(() => (contacts = []));
  after(() => Promise.all([site.close(), other.close()]));

  it("sends nothing to a target that is not in it", async () => {
    for (const scope of [[], ["example.com"], [`127.0.0.1:${other.port}`]]) {
      const outcome = await scan(site.url, [anyResponse("/")], { scope });
      assert.deepEqual(errorKinds(outcome), ["refused-by-scope"]);
      assert.equal(outcome.requests.failed, 1);
    }
    assert.deepEqual(contacts, []);
  });

  it("asks the caller for no slot for a request that it will not send", async () => {
    const engine = engineFor(site.url, { scope: ["example.com"] });
    const beforeRequest = (): Promise<void> => Promise.reject(new Error("asked"));
    const signal = new AbortController().signal;
    const outcome = await engine.run({ target: site.url, templates: [anyResponse("/")], signal, beforeRequest });
    assert.deepEqual(errorKinds(outcome), ["refused-by-scope"]);
    await engine.close();
  });

  it("does not follow redirects out of it and still judges the redirect", async () => {
    for (const path of ["/away", "/elsewhere"]) {
      const outcome = await scan(site.url, [anyResponse(path, "redirects: true\n")]);
      assert.deepEqual(errorKinds(outcome), ["refused-by-scope"]);
      assert.deepEqual(
        outcome.findings.map((finding) => finding["matched-at"]),
        [`${site.url}${path}`],
      );
    }
    assert.deepEqual(errorKinds(await scan(site.url, [anyResponse("/file", "redirects: true\n")])), ["protocol"]);
    assert.ok(contacts.every((contact) => contact.startsWith("site")));
  });

  it("follows a redirect to another host that is in it, unless the template stays with its host", async () => {
    const scope = [`127.0.0.1:${site.port}`, `127.0.0.1:${other.port}`];
    await scan(site.url, [anyResponse("/away", "redirects: true\n")], { scope });
    assert.equal(contacts.at(-1), "other /secret");
    const stayed = await scan(site.url, [anyResponse("/away", "host-redirects: true\nredirects: true\n")], { scope });
    assert.deepEqual([stayed.findings.length, stayed.errors], [1, []]);
    assert.ok(contacts.at(-1)?.startsWith("site"));
  });

  it("holds for absolute URLs and other ports in templates", async () => {
    const template = templateOf(`path: ["${other.url}/x", "{{RootURL}}:${other.port}/y"]`);
    assert.deepEqual(errorKinds(await scan(site.url, [template])), ["refused-by-scope", "refused-by-scope"]);
    assert.deepEqual(contacts, []);
  });

  it("is checked against the address that a name resolves to", async () => {
    const target = `http://name.test:${site.port}`;
    const resolve = (): Promise<readonly string[]> => Promise.resolve(["127.0.0.1"]);
    const refused = await scan(target, [anyResponse("/")], { scope: ["name.test"], resolve });
    assert.deepEqual(errorKinds(refused), ["refused-by-scope"]);
    assert.match(refused.errors[0]?.message ?? "", /name\.test resolves to 127\.0\.0\.1/);
    assert.deepEqual(contacts, []);
    const allowed = await scan(target, [anyResponse("/")], { scope: ["name.test", "127.0.0.1"], resolve });
    assert.equal(allowed.findings.length, 1);
    assert.equal(allowed.findings[0]?.ip, "127.0.0.1");
    assert.deepEqual(contacts, [`site name.test:${site.port}/`]);
  });

  it("holds when a name changes its address between requests", async () => {
    const target = `http://rebind.test:${site.port}`;
    let asked = 0;
    const resolve = (): Promise<readonly string[]> => {
      asked += 1;
      return Promise.resolve([asked === 1 ? "127.0.0.1" : "127.0.0.2", "127.0.0.3"]);
    };
    let laterMs = 0;
    const clock: Clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + laterMs };
    const setup = { scope: ["rebind.test", "127.0.0.1"], resolve, http: { maxOrigins: 1 }, clock };
    const engine = engineFor(target, setup);
    const at = (path: string): ReturnType<typeof engine.run> =>
      engine.run({ target, templates: [anyResponse(path)], signal: new AbortController().signal });
    assert.equal((await at("/1")).findings.length, 1);
    const elsewhere = (): ReturnType<typeof engine.run> =>
      engine.run({ target: site.url, templates: [anyResponse("/")], signal: new AbortController().signal });
    // Another origin closes the first one's connections. What was found and checked before still holds for a while.
    await elsewhere();
    assert.equal((await at("/1")).findings[0]?.ip, "127.0.0.1");
    assert.equal(asked, 1);
    laterMs = 11_000;
    await elsewhere();
    const rebound = await at("/2");
    assert.deepEqual(errorKinds(rebound), ["refused-by-scope"]);
    assert.ok(asked >= 2);
    assert.ok(!contacts.some((contact) => contact.endsWith("/2")));
    await engine.close();
  });

  it("says that a name does not resolve", async () => {
    const resolve = (): Promise<readonly string[]> => {
      const error = Object.assign(new Error("getaddrinfo ENOTFOUND gone.test"), { code: "ENOTFOUND" });
      return Promise.reject(error);
    };
    const outcome = await scan("http://gone.test", [anyResponse("/")], { scope: ["gone.test"], resolve });
    assert.deepEqual(errorKinds(outcome), ["unreachable"]);
  });
});
