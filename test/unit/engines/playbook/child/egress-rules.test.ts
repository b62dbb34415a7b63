import assert from "node:assert/strict";
import { EgressRules } from "../../../../../src/engines/playbook/child/egress/egress-rules.ts";
import { parseEgressRule } from "../../../../../src/engines/playbook/child/egress/egress-rule.ts";
import { PlaybookError } from "../../../../../src/engines/playbook/errors.ts";

describe("the rules of egress", () => {
  const names: readonly (readonly [string, string, number, boolean])[] = [
    ["api.example.com", "api.example.com", 443, true],
    ["api.example.com", "API.example.com.", 80, true],
    ["api.example.com:443", "api.example.com", 80, false],
    ["api.example.com", "xapi.example.com", 443, false],
    ["*.example.com", "a.b.example.com", 443, true],
    ["*.example.com", "example.com", 443, false],
    ["*.example.com", "badexample.com", 443, false],
    ["*.example.com:8443", "a.example.com", 443, false],
    ["10.0.0.0/8", "api.example.com", 443, false],
  ];
  for (const [rule, host, port, allowed] of names) {
    it(`${allowed ? "allow" : "do not allow"} ${host}:${port} with ${rule}`, () => {
      assert.equal(new EgressRules([rule]).allowsName(host, port), allowed);
    });
  }

  const addresses: readonly (readonly [string, string, number, boolean])[] = [
    ["10.0.0.0/8", "10.255.0.1", 1, true],
    ["10.0.0.0/8", "11.0.0.1", 1, false],
    ["10.0.0.0/8", "::ffff:10.1.2.3", 1, true],
    ["192.0.2.7", "192.0.2.7", 1, true],
    ["192.0.2.7", "192.0.2.8", 1, false],
    ["192.0.2.7:443", "192.0.2.7", 80, false],
    ["192.0.2.0/24:443", "192.0.2.9", 443, true],
    ["2001:db8::/32", "2001:db8:1::1", 1, true],
    ["2001:db8::/32", "2001:db9::1", 1, false],
    ["[2001:db8::1]:443", "2001:db8::1", 443, true],
    ["[2001:db8::1]:443", "2001:db8::1", 444, false],
    ["fe80::/10", "fe80::1%eth0", 1, true],
    ["0.0.0.0/0", "192.0.2.1", 1, true],
    ["example.com", "192.0.2.1", 1, false],
    ["10.0.0.0/8", "not an address", 1, false],
  ];
  for (const [rule, address, port, allowed] of addresses) {
    it(`${allowed ? "allow" : "do not allow"} ${address} (port ${port}) with ${rule}`, () => {
      assert.equal(new EgressRules([rule]).allowsAddress(address, port), allowed);
    });
  }

  it("allow nothing when there are none", () => {
    const none = new EgressRules([]);
    assert.ok(!none.allowsName("localhost", 80) && !none.allowsAddress("127.0.0.1", 80));
  });

  const unreadable = [
    "",
    " ",
    "*",
    "*.",
    "example.com:0",
    "example.com:99999",
    "example.com:x",
    "http://example.com",
    "10.0.0.0/33",
    "10.0.0/8",
    "127.1",
    "0x7f.1",
    "2130706433",
    "::1/129",
    "[::1",
    "[example.com]/8",
    "a b",
    "-a.example",
    "*.*.example",
    "unix:/run/x",
    `${"a".repeat(64)}.example`,
  ];
  for (const text of unreadable) {
    it(`cannot be read from "${text}"`, () => {
      assert.throws(
        () => parseEgressRule(text),
        (error) => error instanceof PlaybookError && error.code === "egress" && error.message.includes("HOST:PORT"),
      );
    });
  }
});
