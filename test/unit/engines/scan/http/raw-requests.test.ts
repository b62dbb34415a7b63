import assert from "node:assert/strict";
import type { HttpRequest } from "../../../../../src/engines/scan/http/http-request.ts";
import { plannedOf, urlsOf } from "./planned.ts";

/** A block with one raw request, whose lines are given. */
const raw = (lines: readonly string[], keys = ""): string =>
  ["raw:", "  - |", ...lines.map((line) => (line === "" ? "" : `    ${line}`)), ...(keys === "" ? [] : [keys])].join(
    "\n",
  );

const made = async (lines: readonly string[], target: string, keys?: string): Promise<HttpRequest> => {
  const [request] = await plannedOf(raw(lines, keys), target);
  assert.ok(request !== undefined);
  return request;
};

describe("raw requests", () => {
  it("are sent as they are written, with what a client has to say", async () => {
    const request = await made(
      ["PUT /a HTTP/1.1", "Host: {{Hostname}}", "x-one: {{Scheme}}", "Content-Length: 1", "", "a=b", "c=d"],
      "http://h.test:81/app?k=v",
    );
    assert.equal(request.method, "PUT");
    assert.equal(request.url.href, "http://h.test:81/app/a?k=v");
    assert.deepEqual(request.headers, ["x-one", "http", "User-Agent", "agent/1", "Accept-Encoding", "gzip"]);
    assert.equal(request.body, "a=b\r\nc=d");
    assert.equal(request.raw, undefined);
  });

  it("keep a Host that is not the target's", async () => {
    const request = await made(["GET / HTTP/1.1", "Host: other.test:80"], "http://h.test");
    assert.deepEqual(request.headers.slice(0, 2), ["Host", "other.test"]);
    assert.equal(request.url.origin, "http://h.test");
  });

  it("go to their target, whatever URL their line names", async () => {
    assert.deepEqual(await urlsOf(raw(["GET http://elsewhere.test/x?y HTTP/1.1"]), "http://h.test/app"), [
      "http://h.test/app/x?y",
    ]);
  });

  it("take headers and body of the block over their own", async () => {
    const request = await made(
      ["POST / HTTP/1.1", "A: 1", "", "own"],
      "http://h.test",
      "headers: {a: '2'}\nbody: other",
    );
    assert.deepEqual(request.headers.slice(0, 2), ["a", "2"]);
    assert.equal(request.body, "other");
  });

  it("go where @Host says, with name and time limit of their own", async () => {
    const request = await made(
      [
        "@Host: https://other.test:8443",
        "@tls-sni: request.host",
        "@timeout: 3s",
        "GET /x HTTP/1.1",
        "Host: {{Hostname}}",
      ],
      "http://h.test:81",
    );
    assert.equal(request.url.href, "https://other.test:8443/x");
    assert.deepEqual(request.headers.slice(0, 2), ["Host", "h.test:81"]);
    assert.equal(request.sni, "h.test");
    assert.equal(request.timeoutMs, 3_000);
  });

  it("that are unsafe go byte for byte, but for the target's path", async () => {
    const request = await made(
      ["GET /x HTTP/1.0", "Host:  {{Hostname}}", "Content-Length: 9", "a b", "", "z"],
      "http://h.test/app",
      "unsafe: true",
    );
    assert.equal(request.raw, "GET /app/x HTTP/1.0\r\nHost:  h.test\r\nContent-Length: 9\r\na b\r\n\r\nz\r\n");
    assert.equal(request.url.href, "http://h.test/app/x");
    const odd = await made(["GET http://other.test/ HTTP/1.1", ""], "http://h.test", "unsafe: true");
    assert.equal(odd.raw, "GET http://other.test/ HTTP/1.1\r\n");
    assert.equal(odd.url.href, "http://h.test/");
  });

  it("that name a method which is none are not sent, unless they are unsafe", async () => {
    assert.deepEqual(await plannedOf(raw(["CONNECT h:1 HTTP/1.1"]), "http://h.test"), [undefined]);
    assert.deepEqual(await plannedOf(raw(["G(T / HTTP/1.1"]), "http://h.test"), [undefined]);
    assert.equal((await made(["G(T / HTTP/1.1"], "http://h.test", "unsafe: true")).method, "G(T");
  });

  it("are sent with every combination of payloads, those with @once with the first only", async () => {
    const block = [
      "raw:",
      "  - |",
      "    @once",
      "    GET /login HTTP/1.1",
      "  - |",
      "    GET /§user§/{{word}} HTTP/1.1",
      "attack: clusterbomb",
      "payloads: {user: [a, b], word: [x, y]}",
    ].join("\n");
    assert.deepEqual(await urlsOf(block, "http://h.test"), [
      "http://h.test/login",
      "http://h.test/a/x",
      "http://h.test/b/x",
      "http://h.test/a/y",
      "http://h.test/b/y",
    ]);
  });
});
