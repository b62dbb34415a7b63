import assert from "node:assert/strict";
import type { HttpRequest } from "../../../../../src/engines/scan/http/http-request.ts";
import { parseTarget } from "../../../../../src/engines/scan/index.ts";
import { compiled, withBlock } from "../sample.ts";
import { planned, plannedOf, urlsOf } from "./planned.ts";

const urlsFor = (target: string, ...paths: readonly string[]): Promise<readonly (string | undefined)[]> =>
  urlsOf(`path: ${JSON.stringify(paths)}`, target);

const code = (expected: string) => (thrown: unknown) =>
  thrown instanceof Error && "code" in thrown && thrown.code === expected;

describe("requests by their path", () => {
  it("join the target and the path as nuclei does", async () => {
    assert.deepEqual(
      await urlsFor("http://h.test", "{{BaseURL}}", "{{BaseURL}}/a", "{{RootURL}}/b", "{{BaseURL}}?q=1"),
      ["http://h.test", "http://h.test/a", "http://h.test/b", "http://h.test?q=1"],
    );
    assert.deepEqual(await urlsFor("http://h.test:81/app/", "{{BaseURL}}", "{{BaseURL}}/a", "{{RootURL}}/a"), [
      "http://h.test:81/app/",
      "http://h.test:81/app/a",
      "http://h.test:81/a",
    ]);
    assert.deepEqual(await urlsFor("https://h.test:81/app/x", "{{Scheme}}://{{Host}}:{{Port}}{{Path}}/z"), [
      "https://h.test:81/app/z",
    ]);
  });

  it("keep paths as written", async () => {
    assert.deepEqual(
      await urlsFor("http://h.test", "{{BaseURL}}/../..//%2e%2e/..;/a#frag", "{{BaseURL}}//example.com"),
      ["http://h.test/../..//%2e%2e/..;/a", "http://h.test//example.com"],
    );
    assert.deepEqual(await urlsFor("http://h.test", "{{BaseURL}}/a b\n<ü>"), ["http://h.test/a%20b%0A<%C3%BC>"]);
    assert.deepEqual(await urlsFor("http://h.test", "{{BaseURL}}/{{hex_decode('ff41')}}"), ["http://h.test/%FFA"]);
  });

  it("encode a percent sign of the path that encodes nothing, as nuclei does", async () => {
    const paths = ["/xyz/%u2s/%invalid?q=%zz", "/.%%32%65/%41%0a", "/%"].map((path) => `{{BaseURL}}${path}`);
    assert.deepEqual(await urlsFor("http://h.test", ...paths), [
      "http://h.test/xyz/%25u2s/%25invalid?q=%zz",
      "http://h.test/.%25%32%65/%41%0a",
      "http://h.test/%25",
    ]);
  });

  it("put a slash before a query on the wire", async () => {
    const [request] = await plannedOf('path: ["{{BaseURL}}?a=1"]', "http://h.test");
    assert.equal(request?.url.path, "/?a=1");
  });

  it("may name another port", async () => {
    assert.deepEqual(await urlsFor("http://h.test:81/app/", "{{BaseURL}}:8443/x", "{{RootURL}}:8443/x"), [
      "http://h.test:8443/app/x",
      "http://h.test:8443/x",
    ]);
  });

  it("carry the target's query along without doubling it", async () => {
    assert.deepEqual(
      await urlsFor("http://h.test/?k=v", "{{RootURL}}/a", "{{RootURL}}/a?k=w&l=1", "{{RootURL}}/a?l=1"),
      ["http://h.test/a?k=v", "http://h.test/a?k=w&l=1", "http://h.test/a?k=v&l=1"],
    );
  });

  it("are none where a path gives no URL for the target", async () => {
    assert.deepEqual(await urlsFor("http://h.test:8080", "{{BaseURL}}99999/x"), [undefined]);
  });

  it("render headers and body over the defaults", async () => {
    const block = [
      'path: ["{{BaseURL}}"]',
      "method: post",
      "headers: {user-agent: mine, X-At: '{{Hostname}}', Host: other.test}",
      'body: "a={{Host}}\\nb=ü"',
    ].join("\n");
    const [request] = await plannedOf(block, "http://h.test:81");
    assert.equal(request?.method, "POST");
    assert.equal(request.body, "a=h.test\r\nb=\u00c3\u00bc");
    assert.deepEqual(request.headers, [
      ...["user-agent", "mine", "Accept", "*/*", "Accept-Language", "en", "Accept-Encoding", "gzip"],
      ...["X-At", "h.test:81", "Host", "other.test"],
    ]);
  });

  it("leave framing to the client, and never split a header", async () => {
    const made = async (headers: string): Promise<HttpRequest | undefined> =>
      (await plannedOf(`path: ["{{BaseURL}}"]\nheaders: ${headers}`, "http://h.test"))[0];
    const framed = await made('{Content-Length: "5", transfer-encoding: chunked, X: y}');
    const split = await made("{X: \"{{url_decode('a%0d%0aB:c')}}\"}");
    assert.deepEqual(framed?.headers.slice(8), ["X", "y"]);
    assert.equal(split, undefined);
  });

  it("are counted, and repeat themselves", async () => {
    const text = `${withBlock('path: ["{{BaseURL}}/1", "{{BaseURL}}/2"]')}  - path: ["{{BaseURL}}/3"]\n`;
    const template = compiled(text);
    assert.equal(template.requestCount, 3);
    const plan = await planned(template, "http://h.test");
    assert.equal(plan.length, 3);
    assert.deepEqual(await planned(template, "http://h.test"), plan);
  });

  it("go to http and https URLs and nothing else", () => {
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

describe("variables that a person gives", () => {
  const block = 'path: ["{{BaseURL}}/{{tenant}}?k={{key}}"]\nheaders: {X-Key: "{{key}}"}\nbody: "§tenant§"';
  const sent = async (variables: Readonly<Record<string, string>>): Promise<readonly (string | undefined)[]> => {
    const [request] = await plannedOf(block, "http://h.test", { variables });
    const headers = request?.headers ?? [];
    return [request?.url.path, headers[headers.indexOf("X-Key") + 1], request?.body];
  };

  it("are never evaluated", async () => {
    assert.deepEqual(await sent({ tenant: "a", key: "1" }), ["/a?k=1", "1", "a"]);
    assert.deepEqual(await sent({ tenant: "{{key}}", key: "b c" }), ["/{{key}}?k=b%20c", "b c", "{{key}}"]);
  });

  it("are missed where there is no value: the request is not sent", async () => {
    assert.deepEqual(await plannedOf(block, "http://h.test", { variables: { tenant: "a" } }), [undefined]);
    const skipping = `${block}\nskip-variables-check: true`;
    const [request] = await plannedOf(skipping, "http://h.test", { variables: { tenant: "a" } });
    assert.equal(request?.url.path, "/a?k={{key}}");
  });

  it("lead nowhere but to the target, whatever their values", async () => {
    for (const x of ["@other.test/", ":1@other.test"]) {
      const [request] = await plannedOf('path: ["{{BaseURL}}{{x}}"]', "http://h.test", { variables: { x } });
      assert.equal(request, undefined, x);
    }
  });
});
