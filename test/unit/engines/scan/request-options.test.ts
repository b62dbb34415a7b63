import assert from "node:assert/strict";
import { checkRequestOptions, resolverOf, type ScanRequestOptions } from "../../../../src/engines/scan/index.ts";
import { createExclusions } from "../../../../src/engines/scan/scope/exclusions.ts";

const none: ScanRequestOptions = { headers: [], variables: {}, excludeHosts: [] };
const check = (options: Partial<ScanRequestOptions>): ReturnType<typeof checkRequestOptions> =>
  checkRequestOptions({ ...none, ...options });
const code = (expected: string) => (thrown: unknown) =>
  thrown instanceof Error && "code" in thrown && thrown.code === expected;

describe("the request options of a run", () => {
  it("name the option that is out of bounds", () => {
    const wrong: readonly (readonly [Partial<ScanRequestOptions>, RegExp])[] = [
      [{ headers: [{ name: "X Y", value: "" }] }, /headers has "X Y"/],
      [{ headers: [{ name: "X", value: "a\r\nInjected: b" }] }, /headers has "X"/],
      [{ headers: [{ name: "Content-Length", value: "3" }] }, /headers has "Content-Length"/],
      [{ headers: [{ name: "X", value: "a".repeat(8_193) }] }, /longer than 8192/],
      [{ headers: Array.from({ length: 101 }, (_none, at) => ({ name: `x${at}`, value: "" })) }, /at most 100/],
      [{ variables: { BaseURL: "http://other.test" } }, /variables has "BaseURL"/],
      [{ variables: { "a b": "" } }, /variables has "a b"/],
      [{ variables: { a: "x".repeat(8_193) } }, /longer than 8192/],
      [{ timeoutMs: 0 }, /timeoutMs is 0/],
      [{ timeoutMs: 600_001 }, /timeoutMs is 600001/],
      [{ retries: 11 }, /retries is 11/],
      [{ retries: 0.5 }, /retries is 0.5/],
      [{ excludeHosts: Array.from({ length: 1_001 }, () => "h.test") }, /at most 1000/],
    ];
    for (const [options, message] of wrong) {
      assert.throws(
        () => check(options),
        (thrown) => code("invalid-option")(thrown) && thrown instanceof Error && message.test(thrown.message),
        JSON.stringify(options).slice(0, 100),
      );
    }
    assert.throws(() => check({ excludeHosts: ["http://h.test/"] }), code("invalid-scope"));
  });

  it("take http and https proxies only, and never repeat a password", () => {
    for (const proxy of ["socks5://127.0.0.1:1", "127.0.0.1:3128", "http://", "http://127.0.0.1:1/path", ""]) {
      assert.throws(() => check({ proxy }), code("invalid-option"), proxy);
    }
    assert.throws(
      () => check({ proxy: "http://me:secret@127.0.0.1:3128" }),
      (thrown) => code("invalid-option")(thrown) && !String(thrown).includes("secret"),
    );
    assert.equal(check({ proxy: "http://127.0.0.1:3128/" }).route.proxy?.port, 3128);
  });

  it("tell runs apart whose connections and failures are not each other's", () => {
    const keys = [
      {},
      { proxy: "http://127.0.0.1:1" },
      { proxy: "http://127.0.0.1:2" },
      { proxy: "https://127.0.0.1:1" },
      { timeoutMs: 5 },
      { excludeHosts: ["10.0.0.0/8"] },
    ].map((options) => check(options).key);
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(
      check({ excludeHosts: ["a.test", "b.test"] }).key,
      check({ excludeHosts: ["b.test", "a.test"], retries: 3, headers: [{ name: "X", value: "1" }] }).key,
    );
  });
});

describe("excluded hosts", () => {
  const exclusions = createExclusions(["h.test", "*.below.test:8080", "10.1.0.0/16", "[2001:db8::1]:443"]);

  it("are names, names below, and ports of them", () => {
    assert.match(exclusions.ofHost("H.test.", 1) ?? "", /excluded by "h\.test"/);
    assert.match(exclusions.ofHost("a.below.test", 8080) ?? "", /excluded/);
    for (const [host, port] of [
      ["a.below.test", 80],
      ["below.test", 8080],
      ["not-h.test", 1],
    ] as const) {
      assert.equal(exclusions.ofHost(host, port), undefined);
    }
  });

  it("are addresses, named or resolved to, in every spelling", () => {
    for (const address of ["10.1.2.3", "::ffff:10.1.2.3", "[::ffff:a01:203]"]) {
      assert.match(exclusions.ofHost(address, 80) ?? "", /excluded by "10\.1\.0\.0\/16"/, address);
    }
    assert.match(exclusions.ofAddress("10.1.255.255", 80) ?? "", /excluded/);
    assert.match(exclusions.ofHost("[2001:db8::1]", 443) ?? "", /excluded/);
    assert.equal(exclusions.ofHost("[2001:db8::1]", 80), undefined);
    assert.equal(exclusions.ofAddress("10.2.0.0", 80), undefined);
  });
});

describe("DNS servers to ask", () => {
  it("are 1 to 16 addresses", () => {
    for (const servers of [[], ["dns.test"], ["127.0.0.1:99999x"], Array.from({ length: 17 }, () => "127.0.0.1")]) {
      assert.throws(() => resolverOf(servers), code("invalid-option"), servers.join(","));
    }
  });
});
