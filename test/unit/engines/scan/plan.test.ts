import assert from "node:assert/strict";
import { parseTarget, planRequests } from "../../../../src/engines/scan/index.ts";
import { compiled, withBlock } from "./sample.ts";

const defaults = { userAgent: "agent/1", headers: {} };

const urlsFor = (target: string, ...paths: readonly string[]): readonly (string | undefined)[] =>
  planRequests(compiled(withBlock(`path: ${JSON.stringify(paths)}`)), target, defaults).map(
    ({ request }) => request?.url.href,
  );

const code = (expected: string) => (thrown: unknown) =>
  thrown instanceof Error && "code" in thrown && thrown.code === expected;

describe("the request plan", () => {
  it("joins the target and the path as nuclei does", () => {
    assert.deepEqual(urlsFor("http://h.test", "{{BaseURL}}", "{{BaseURL}}/a", "{{RootURL}}/b", "{{BaseURL}}?q=1"), [
      "http://h.test",
      "http://h.test/a",
      "http://h.test/b",
      "http://h.test?q=1",
    ]);
    assert.deepEqual(urlsFor("http://h.test:81/app/", "{{BaseURL}}", "{{BaseURL}}/a", "{{RootURL}}/a"), [
      "http://h.test:81/app/",
      "http://h.test:81/app/a",
      "http://h.test:81/a",
    ]);
    assert.deepEqual(urlsFor("https://h.test:81/app/x", "{{Scheme}}://{{Host}}:{{Port}}{{Path}}/z"), [
      "https://h.test:81/app/z",
    ]);
  });

  it("keeps paths as written", () => {
    assert.deepEqual(urlsFor("http://h.test", "{{BaseURL}}/../..//%2e%2e/..;/a#frag", "{{BaseURL}}//example.com"), [
      "http://h.test/../..//%2e%2e/..;/a",
      "http://h.test//example.com",
    ]);
    assert.deepEqual(urlsFor("http://h.test", "{{BaseURL}}/a b\n<ü>"), ["http://h.test/a%20b%0A<%C3%BC>"]);
  });

  it("puts a slash before a query on the wire", () => {
    const [planned] = planRequests(compiled(withBlock('path: ["{{BaseURL}}?a=1"]')), "http://h.test", defaults);
    assert.equal(planned?.request?.url.path, "/?a=1");
  });

  it("lets a path name another port", () => {
    assert.deepEqual(urlsFor("http://h.test:81/app/", "{{BaseURL}}:8443/x", "{{RootURL}}:8443/x"), [
      "http://h.test:8443/app/x",
      "http://h.test:8443/x",
    ]);
  });

  it("carries the target's query along without doubling it", () => {
    assert.deepEqual(urlsFor("http://h.test/?k=v", "{{RootURL}}/a", "{{RootURL}}/a?k=w&l=1", "{{RootURL}}/a?l=1"), [
      "http://h.test/a?k=v",
      "http://h.test/a?k=w&l=1",
      "http://h.test/a?k=v&l=1",
    ]);
  });

  it("says so when a path gives no URL for the target", () => {
    assert.deepEqual(urlsFor("http://h.test:8080", "{{BaseURL}}99999/x"), [undefined]);
  });

  it("renders headers and body over the defaults", () => {
    const block = [
      'path: ["{{BaseURL}}"]',
      "method: post",
      "headers: {user-agent: mine, X-At: '{{Hostname}}', Host: other.test}",
      'body: "a={{Host}}\\nb=2"',
    ].join("\n");
    const [planned] = planRequests(compiled(withBlock(block)), "http://h.test:81", defaults);
    assert.equal(planned?.request?.method, "POST");
    assert.equal(planned.request.body, "a=h.test\r\nb=2");
    assert.deepEqual(planned.request.headers, [
      ...["user-agent", "mine", "Accept", "*/*", "Accept-Language", "en", "Accept-Encoding", "gzip"],
      ...["X-At", "h.test:81", "Host", "other.test"],
    ]);
  });

  it("counts every request of every block and repeats itself", () => {
    const text = `${withBlock('path: ["{{BaseURL}}/1", "{{BaseURL}}/2"]')}  - path: ["{{BaseURL}}/3"]\n`;
    const template = compiled(text);
    assert.equal(template.requestCount, 3);
    const plan = planRequests(template, "http://h.test", defaults);
    assert.equal(plan.length, 3);
    assert.deepEqual(planRequests(template, "http://h.test", defaults), plan);
  });

  it("takes http and https URLs as targets and nothing else", () => {
    assert.equal(parseTarget("HTTPS://H.Test/Path").origin, "https://h.test");
    assert.equal(parseTarget("http://[::1]:80/").port, 80);
    assert.equal(parseTarget("http://0x7f.1/").hostname, "127.0.0.1");
    for (const bad of [
      "h.test",
      "ftp://h.test",
      "http://",
      "http://user:pw@h.test",
      "http://h.test:99999",
      "",
      "http://a b/",
    ]) {
      assert.throws(() => parseTarget(bad), code("invalid-target"), bad);
    }
  });
});
