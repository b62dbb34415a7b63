import assert from "node:assert/strict";
import { atHost, readAnnotations } from "../../../../../src/engines/scan/http/raw/annotations.ts";
import { goDurationMs } from "../../../../../src/engines/scan/http/raw/go-duration.ts";
import { mergePath } from "../../../../../src/engines/scan/http/raw/merge-path.ts";
import { readRawText, withHeadersAfterHost } from "../../../../../src/engines/scan/http/raw/raw-text.ts";
import { parseTarget } from "../../../../../src/engines/scan/http/target.ts";

const lines = (...all: readonly string[]): string => all.join("\r\n");

describe("the text of a raw request", () => {
  it("is taken apart into request line, headers as they are written, and body", () => {
    const raw = readRawText(
      lines("POST /a?b=c HTTP/1.1", "HOST:  h ", "X-a:b:c", "odd line", "", "x=1", "y=2", ""),
      false,
    );
    assert.deepEqual(
      { ...raw, request: undefined },
      {
        annotations: [],
        method: "POST",
        path: "/a?b=c",
        headers: ["HOST", "h", "X-a", "b:c", "odd line", ""],
        body: "x=1\r\ny=2",
        request: undefined,
        pathAt: 5,
      },
    );
  });

  it("keeps the last line end of a body with parts", () => {
    const body = lines("--b", "", "x", "--b--", "");
    const raw = readRawText(lines("POST / HTTP/1.1", "Content-Type: multipart/form-data; boundary=b", "", body), false);
    assert.equal(raw?.body, body);
  });

  it("may name no path", () => {
    assert.equal(readRawText("GET HTTP/1.1\r\n", false)?.path, "");
    assert.equal(readRawText("GET /\r\n", false), undefined);
    assert.equal(readRawText("GET\r\n", false), undefined);
    assert.equal(readRawText("\r\nGET / HTTP/1.1\r\n", false), undefined);
    assert.equal(readRawText("GET /x\r\n", true)?.path, "/x");
    assert.equal(readRawText("HELP\r\n", true)?.path, "");
  });

  it("begins behind its annotations", () => {
    const raw = readRawText(lines("@once", "@timeout: 3s", "GET / HTTP/1.1", "", ""), false);
    assert.deepEqual(raw?.annotations, ["@once", "@timeout: 3s"]);
    assert.equal(raw?.request, lines("GET / HTTP/1.1", "", ""));
  });

  it("takes headers of a person after its Host", () => {
    const text = lines("GET / HTTP/1.1", "hOsT: h", "A: b", "", "");
    assert.equal(withHeadersAfterHost(text, { X: "1" }), lines("GET / HTTP/1.1", "hOsT: h", "X: 1", "A: b", "", ""));
    assert.equal(withHeadersAfterHost("GET / HTTP/1.1\r\n\r\n", { X: "1" }), "GET / HTTP/1.1\r\n\r\n");
  });
});

describe("annotations", () => {
  it("name host, name in the handshake and time limit", () => {
    assert.deepEqual(readAnnotations(["@Host: https://a.test:8443", "@tls-sni:request.host", "@timeout: 1m30s"]), {
      host: "https://a.test:8443",
      sni: "request.host",
      timeoutMs: 90_000,
    });
    assert.deepEqual(readAnnotations(["@once", "@timeout: soon"]), {
      host: undefined,
      sni: undefined,
      timeoutMs: undefined,
    });
  });

  it("wait no longer than two minutes", () => {
    assert.equal(readAnnotations(["@timeout: 1h"]).timeoutMs, 120_000);
  });

  it("move a URL to another host, with its scheme and port where they say so", () => {
    const at = (url: string, host: string): string | undefined => atHost(parseTarget(url), host)?.href;
    assert.equal(at("http://h.test:81/a?b", "other.test"), "http://other.test:81/a?b");
    assert.equal(at("http://h.test:81/a", "other.test:82"), "http://other.test:82/a");
    assert.equal(at("http://h.test/a", "https://other.test"), "https://other.test/a");
    assert.equal(at("http://h.test/a", "two words"), undefined);
  });

  it("read durations as Go writes them", () => {
    assert.deepEqual(
      ["20s", "1.5s", "2m", "10ms", "1h1m1s"].map(goDurationMs),
      [20_000, 1_500, 120_000, 10, 3_661_000],
    );
    assert.deepEqual(
      ["", "20", "s", "-1s", "1 s", "1d"].map(goDurationMs),
      Array.from({ length: 6 }, () => undefined),
    );
  });
});

describe("the path of a raw request", () => {
  const cases: readonly (readonly [target: string, path: string, merged: string, alone: string])[] = [
    ["", "/x", "/x", "/x"],
    ["/", "//x", "//x", "//x"],
    ["/app", "/", "/app", "/"],
    ["/app", "/x", "/app/x", "/x"],
    ["/app/", "/x", "/app/x", "/x"],
    ["/app", "x", "/app/x", "/x"],
    ["/app", "/app/x", "/app/x", "/app/x"],
    ["/app", "", "/app", "/"],
    ["/app?k=v", "/x?a=1", "/app/x?k=v&a=1", "/x?k=v&a=1"],
    ["/?k=v", "?k=w", "/?k=w", "/?k=w"],
    ["?k=v", "", "/?k=v", "/?k=v"],
    ["/a", "/../%2e#f", "/a/../%2e", "/../%2e"],
  ];
  for (const [target, path, merged, alone] of cases) {
    it(`"${path}" at a target of "${target}" is ${merged}, without merging ${alone}`, () => {
      assert.equal(mergePath(target, path, true), merged);
      assert.equal(mergePath(target, path, false), alone);
    });
  }
});
