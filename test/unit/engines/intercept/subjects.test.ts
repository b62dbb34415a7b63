import assert from "node:assert/strict";
import { addressSubject } from "../../../../src/engines/intercept/address.ts";
import { networkText, NetworkSet, parseNetwork } from "../../../../src/engines/intercept/networks.ts";

describe("subjects of interception (GUARD-18)", () => {
  it("are addresses in one spelling, and of IPv6 the network", () => {
    const cases: readonly (readonly [string, number, string | undefined])[] = [
      ["192.0.2.7", 64, "192.0.2.7"],
      ["::ffff:192.0.2.7", 64, "192.0.2.7"],
      ["::FFFF:C000:207", 64, "192.0.2.7"],
      ["2001:db8:1:2:3:4:5:6", 64, "2001:db8:1:2::/64"],
      ["2001:0DB8:1:2::9", 64, "2001:db8:1:2::/64"],
      ["2001:db8:1:2:3:4:5:6", 56, "2001:db8:1::/56"],
      ["2001:db8:1:ff02::1", 56, "2001:db8:1:ff00::/56"],
      ["2001:db8::1", 128, "2001:db8::1"],
      ["fe80::1%eth0", 64, "fe80::/64"],
      ["::1", 64, "::/64"],
      // As octal, hexadecimal or a number it would be another spelling of the same subject.
      ["192.0.2.07", 64, undefined],
      ["0xc0000207", 64, undefined],
      ["3221225991", 64, undefined],
      ["192.0.2", 64, undefined],
      ["192.0.2.256", 64, undefined],
      ["192.0.2.7 ", 64, undefined],
      ["", 64, undefined],
      ["unknown", 64, undefined],
    ];
    for (const [text, bits, expected] of cases) assert.equal(addressSubject(text, bits), expected, text);
  });

  it("are found in the networks that hold them", () => {
    const set = new NetworkSet<string>();
    for (const text of ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "2001:db8::/32", "0.0.0.0/0"])
      set.set(parseNetwork(text), text);
    const holding = (text: string): string[] => [...set.holding(parseNetwork(text))].toSorted();
    assert.deepEqual(holding("10.1.2.3"), ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3"]);
    assert.deepEqual(holding("10.1.2.4"), ["0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16"]);
    assert.deepEqual(holding("10.0.0.0/9"), ["0.0.0.0/0", "10.0.0.0/8"]);
    assert.deepEqual(holding("::ffff:10.2.0.1"), ["0.0.0.0/0", "10.0.0.0/8"]);
    assert.deepEqual(holding("2001:db8:1::/64"), ["2001:db8::/32"]);
    set.delete(parseNetwork("10.0.0.0/8"));
    assert.deepEqual(holding("10.200.0.1"), ["0.0.0.0/0"]);
    assert.equal(set.size, 4);
  });

  it("refuse networks that are none, by their text", () => {
    for (const text of [
      "10.0.0.0/33",
      "10.0.0/8",
      "a.b",
      "10.0.0.0/8/8",
      "10.0.0.0/",
      "::ffff:10.0.0.0/8",
      "010.0.0.1",
    ])
      assert.throws(() => parseNetwork(text), { code: "invalid-network", message: /write 192\.0\.2\.7/ }, text);
    assert.equal(networkText(parseNetwork("10.1.2.3/8")), "10.0.0.0/8");
    assert.equal(networkText(parseNetwork("::ffff:10.1.2.0/120")), "10.1.2.0/24");
    assert.equal(networkText(parseNetwork("2001:db8::1")), "2001:db8::1");
  });
});
