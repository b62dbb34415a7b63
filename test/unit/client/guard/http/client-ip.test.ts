import assert from "node:assert/strict";
import type { IncomingHttpHeaders } from "node:http";
import { Socket } from "node:net";
import { clientIp, GuardError } from "../../../../../src/client/guard/index.ts";

describe("the client's address behind proxies (GUARD-18)", () => {
  const trusted = ["10.0.0.0/8", "2001:db8:ffff::/48"];
  const from = (
    remoteAddress: string | undefined,
    forwardedFor?: string | string[],
    trustedProxies: string[] = trusted,
  ): string | undefined => {
    const socket = Object.defineProperty(new Socket(), "remoteAddress", { value: remoteAddress });
    // Types say text; servers of tests, and others that are not Node's, give lists.
    const headers = { "x-forwarded-for": forwardedFor } as IncomingHttpHeaders;
    return clientIp(trustedProxies)({ socket, headers });
  };

  it("is that of the socket, whatever headers say, where this is no trusted proxy", () => {
    assert.equal(from("192.0.2.1", "203.0.113.9"), "192.0.2.1");
    assert.equal(from("10.0.0.1", "203.0.113.9", []), "10.0.0.1");
    assert.equal(from("10.0.0.1"), "10.0.0.1");
    assert.equal(from("10.0.0.1", ""), "10.0.0.1");
  });

  it("is what the last trusted proxy saw: what stands further left the client may have written", () => {
    assert.equal(from("10.0.0.1", "203.0.113.9"), "203.0.113.9");
    assert.equal(from("10.0.0.1", "198.51.100.1, 203.0.113.9"), "203.0.113.9");
    assert.equal(from("10.0.0.1", "198.51.100.1, 203.0.113.9 ,10.1.2.3"), "203.0.113.9");
    assert.equal(from("10.0.0.1", ["198.51.100.1", "203.0.113.9, 10.1.2.3"]), "203.0.113.9");
    assert.equal(from("10.0.0.1", "10.0.0.2, 10.0.0.3"), "10.0.0.2", "all of them are proxies");
  });

  it("takes an IPv4 address that is written as IPv6 for itself, and leaves ports out", () => {
    assert.equal(from("::ffff:10.0.0.1", "::ffff:203.0.113.9"), "203.0.113.9");
    assert.equal(from("::ffff:a00:1", "203.0.113.9:4711"), "203.0.113.9");
    assert.equal(from("2001:db8:ffff::1", "[2001:db8:1::9]:4711"), "2001:db8:1::9");
    assert.equal(from("2001:db8:ffff::1", "2001:DB8:1:0::9"), "2001:db8:1::9");
  });

  it("stays at the proxy that wrote what is no address", () => {
    for (const garbage of ["unknown", "10.0.0.0/8", "<script>", "1.2.3", "0x7f.1", "203.0.113.9,", "[::1", "\u00e9"]) {
      assert.equal(from("10.0.0.1", garbage), "10.0.0.1", garbage);
      assert.equal(from("10.0.0.1", `${garbage}, 203.0.113.9`), "203.0.113.9", garbage);
    }
  });

  it("looks at a bounded number of proxies", () => {
    assert.equal(from("10.0.0.1", ["203.0.113.9", ...Array.from({ length: 5_000 }, () => "10.0.0.2")]), "10.0.0.2");
  });

  it("is unknown on a unix socket", () => {
    assert.equal(from(undefined, "203.0.113.9"), undefined);
    assert.equal(from(undefined, undefined, []), undefined);
  });

  it("names the entry that is no network", () => {
    assert.throws(
      () => clientIp(["10.0.0.1", "example.org"]),
      (error) => error instanceof GuardError && /trustedProxies: example\.org is neither/.test(error.message),
    );
  });
});
