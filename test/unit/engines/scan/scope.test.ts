import assert from "node:assert/strict";
import fc from "fast-check";
import { createScopeGuard, scopeOfTargets } from "../../../../src/engines/scan/index.ts";

const allows = (entries: readonly string[], host: string, port = 80, address?: string): boolean => {
  const guard = createScopeGuard(entries);
  const refusal = guard.refuseHost(host, port) ?? (address && guard.refuseAddress(host, address, port));
  return refusal === undefined;
};

describe("the scope guard", () => {
  it("refuses everything when it is empty", () => {
    assert.equal(allows([], "example.com"), false);
    assert.equal(allows([], "127.0.0.1"), false);
  });

  it("permits exactly the named hosts", () => {
    const entries = ["Example.com.", "bücher.test"];
    assert.equal(allows(entries, "example.com"), true);
    assert.equal(allows(entries, "EXAMPLE.COM."), true);
    assert.equal(allows(entries, "xn--bcher-kva.test"), true);
    assert.equal(allows(entries, "www.example.com"), false);
    assert.equal(allows(entries, "example.com.evil.test"), false);
    assert.equal(allows(entries, "notexample.com"), false);
  });

  it("permits names below a wildcard but not the name itself", () => {
    assert.equal(allows(["*.example.com"], "a.b.example.com"), true);
    assert.equal(allows(["*.example.com"], "example.com"), false);
    assert.equal(allows(["*.example.com"], "badexample.com"), false);
  });

  it("keeps to ports", () => {
    const entries = ["example.com:443,8000-8010", "192.0.2.0/24:22", "[2001:db8::1]:8443"];
    assert.equal(allows(entries, "example.com", 443), true);
    assert.equal(allows(entries, "example.com", 8005), true);
    assert.equal(allows(entries, "example.com", 80), false);
    assert.equal(allows(entries, "192.0.2.9", 22), true);
    assert.equal(allows(entries, "192.0.2.9", 80), false);
    assert.equal(allows(entries, "[2001:db8::1]", 8443), true);
    assert.equal(allows(entries, "[2001:db8::1]", 443), false);
  });

  it("permits networks of both families, whatever the spelling of the address", () => {
    assert.equal(allows(["10.0.0.0/8"], "10.1.2.3"), true);
    assert.equal(allows(["10.0.0.0/8"], "11.1.2.3"), false);
    assert.equal(allows(["10.0.0.0/8"], "[::ffff:10.1.2.3]"), true);
    assert.equal(allows(["2001:db8::/32"], "[2001:db8:1::5]"), true);
    assert.equal(allows(["203.0.113.7"], "203.0.113.8"), false);
  });

  it("does not permit a name by a network", () => {
    assert.equal(allows(["10.0.0.0/8"], "intranet.test", 80, "10.1.2.3"), false);
  });

  it("permits a name's public addresses and not its inside ones", () => {
    assert.equal(allows(["example.com"], "example.com", 80, "93.184.216.34"), true);
    for (const inside of [
      "127.0.0.1",
      "10.0.0.1",
      "192.168.1.1",
      "172.16.0.1",
      "100.64.0.1",
      "0.0.0.0",
      "::1",
      "fd12::1",
      "fe80::1%eth0",
    ]) {
      assert.equal(allows(["example.com"], "example.com", 80, inside), false, inside);
      assert.equal(allows(["example.com", "0.0.0.0/0", "::/0"], "example.com", 80, inside), false, inside);
    }
    assert.equal(allows(["example.com", "10.0.0.0/8"], "example.com", 80, "10.0.0.1"), true);
    assert.equal(allows(["example.com", "10.0.0.1:80"], "example.com", 81, "10.0.0.1"), false);
  });

  it("sees IPv4 addresses that are wrapped into IPv6", () => {
    for (const wrapped of ["::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1"]) {
      assert.equal(allows(["example.com"], "example.com", 80, wrapped), false, wrapped);
    }
  });

  it("does not take an IPv6 address that ends in an IPv4 one for that IPv4 address", () => {
    assert.equal(allows(["127.0.0.0/8"], "[::ffff:127.0.0.1]"), true);
    for (const host of ["[::127.0.0.1]", "[::7f00:1]"]) {
      assert.equal(allows(["127.0.0.0/8"], host), false, host);
      assert.equal(allows(["::127.0.0.1"], host), true, host);
    }
    assert.equal(allows(["::127.0.0.1"], "127.0.0.1"), false);
    assert.equal(allows(["localhost"], "localhost", 80, "::127.0.0.1"), false);
  });

  it("permits loopback to localhost", () => {
    assert.equal(allows(["localhost:8080"], "localhost", 8080, "127.0.0.1"), true);
    assert.equal(allows(["localhost:8080"], "localhost", 8080, "::1"), true);
    assert.equal(allows(["localhost:8080"], "localhost", 8080, "10.0.0.1"), false);
    assert.equal(allows(["localhost:8080"], "localhost", 8081, "127.0.0.1"), false);
  });

  it("needs an entry inside the range for inside addresses", () => {
    assert.equal(allows(["0.0.0.0/0"], "8.8.8.8"), true);
    assert.equal(allows(["0.0.0.0/0"], "127.0.0.1"), false);
    assert.equal(allows(["127.0.0.1:8080"], "127.0.0.1", 8080), true);
    assert.equal(allows(["169.254.0.0/16"], "169.254.3.4"), true);
    assert.equal(allows(["169.0.0.0/8"], "169.254.3.4"), false);
  });

  it("needs exactly the address for cloud metadata", () => {
    for (const address of [
      "169.254.169.254",
      "100.100.100.200",
      "168.63.129.16",
      "192.0.0.192",
      "fd00:ec2::254",
      "fd00:42::42",
      "fe80::a9fe:a9fe",
      "64:ff9b::a9fe:a9fe",
      "64:ff9b:1::a9fe:a9fe",
      "2002:a9fe:a9fe::1",
      "2001:0:1:2::5601:5601",
      "::169.254.169.254",
      "64:ff9b::a9fe:1",
    ]) {
      const host = address.includes(":") ? `[${address}]` : address;
      const wide = [
        "0.0.0.0/0",
        "::/0",
        "169.254.0.0/16",
        "169.254.169.254/31",
        "fd00::/8",
        "100.64.0.0/10",
        "168.63.129.0/24",
        "192.0.0.0/24",
        "fe80::/10",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "::/96",
        "metadata.test",
      ];
      assert.equal(allows(wide, host), false, address);
      assert.equal(allows(wide, "metadata.test", 80, address), false, address);
      assert.equal(allows([address], host), true, address);
      assert.equal(allows([address, "metadata.test"], "metadata.test", 80, address), true, address);
    }
  });

  it("names the entry that it cannot read", () => {
    for (const bad of [
      "",
      "*",
      "http://example.com",
      "example.com/path",
      "a b",
      "*.*.com",
      "10.0.0.0/33",
      "10.0.0.1/8",
      "h:0",
      "h:99999",
      "h:80-70",
      "h:x",
      "[::1",
      "-a.com",
      "exa*mple.com",
    ]) {
      assert.throws(
        () => createScopeGuard(["fine.test", bad]),
        (thrown) =>
          thrown instanceof Error &&
          "code" in thrown &&
          thrown.code === "invalid-scope" &&
          thrown.message.includes(`"${bad}"`),
        bad,
      );
    }
  });

  it("never permits an inside address to a name without an entry for addresses", () => {
    const inside = fc.oneof(
      fc.tuple(fc.constantFrom(10, 127), fc.nat(255), fc.nat(255), fc.nat(255)).map((bytes) => bytes.join(".")),
      fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `169.254.${a}.${b}`),
      fc.tuple(fc.nat(255), fc.nat(255)).map(([a, b]) => `::ffff:192.168.${a}.${b}`),
      fc.nat(0xffff).map((low) => `fe80::${low.toString(16)}`),
    );
    fc.assert(
      fc.property(inside, (address) => !allows(["a.test", "*.test", "0.0.0.0/0", "::/0"], "a.test", 80, address)),
    );
  });
});

describe("the scope that targets imply", () => {
  const resolve = (hostname: string): Promise<readonly string[]> =>
    hostname === "intranet.test"
      ? Promise.resolve(["10.0.0.9", "169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b::a00:9"])
      : Promise.reject(new Error("ENOTFOUND"));

  it("is each host on its port, and both web ports for a default one", async () => {
    assert.deepEqual(
      await scopeOfTargets(["http://127.0.0.1:8080/x", "https://example.com", "http://[::1]:81"], resolve),
      ["127.0.0.1:8080", "example.com:80,443", "[::1]:81"],
    );
  });

  it("never implies a metadata or link-local address, however it is written: it needs an entry of its own", async () => {
    for (const target of [
      "http://169.254.169.254/latest",
      "http://169.254.1.1/",
      "http://2852039166/",
      "http://[fe80::1]/",
      "http://[fd00:ec2::254]/",
      "http://[::ffff:169.254.169.254]/",
    ]) {
      assert.deepEqual(await scopeOfTargets([target], resolve), [], target);
    }
  });

  it("brings along the inside addresses a name has now, but never metadata", async () => {
    const entries = await scopeOfTargets(["http://intranet.test"], resolve);
    assert.equal(allows(entries, "intranet.test", 80, "10.0.0.9"), true);
    assert.equal(allows(entries, "intranet.test", 80, "10.0.0.10"), false);
    assert.equal(allows(entries, "intranet.test", 80, "64:ff9b::a00:9"), true);
    assert.equal(allows(entries, "intranet.test", 80, "169.254.169.254"), false);
    assert.equal(allows(entries, "intranet.test", 80, "64:ff9b::a9fe:a9fe"), false);
  });
});
