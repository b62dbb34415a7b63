import assert from "node:assert/strict";
import { addressOfReverse, reverseName } from "../../../../../src/engines/scan/dns/reverse-name.ts";
import { parseServer } from "../../../../../src/engines/scan/dns/server.ts";
import { createScopeGuard } from "../../../../../src/engines/scan/scope/guard.ts";
import { hostValues } from "../../../../../src/engines/scan/target/host-values.ts";

describe("names of dns requests", () => {
  for (const [address, name] of [
    ["127.0.0.9", "9.0.0.127.in-addr.arpa"],
    ["2001:db8::1", `1.${"0.".repeat(23)}8.b.d.0.1.0.0.2.ip6.arpa`],
  ] as const) {
    it(`turn ${address} around and back`, () => {
      assert.equal(reverseName(address), name);
      const back = addressOfReverse(name) ?? "";
      assert.equal(reverseName(back), name);
    });
  }

  it("are reverse only when they are whole", () => {
    assert.deepEqual(["a.test", "0.127.in-addr.arpa", "1.0.ip6.arpa"].map(addressOfReverse), [
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("have the parts that nuclei has", () => {
    assert.deepEqual(hostValues("www.shop.example.co.uk"), {
      FQDN: "www.shop.example.co.uk",
      RDN: "example.co.uk",
      DN: "example",
      TLD: "co.uk",
      SD: "www.shop",
    });
    assert.deepEqual(hostValues("127.0.0.1"), { FQDN: "127.0.0.1" });
  });

  it("may be asked about when a scope permits them on any port", () => {
    const scope = createScopeGuard(["a.test:443", "*.b.test", "127.0.0.0/30:80"]);
    const refused = (name: string): boolean => scope.refuseQuestion(name) !== undefined;
    assert.deepEqual(
      ["a.test", "A.TEST.", "_dmarc.a.test", "_a._tcp.a.test", "x.b.test", "127.0.0.1"].filter(refused),
      [],
    );
    const out = ["www.a.test", "b.test", "test", "_dmarc.test", "x_.a.test", "127.0.0.9"];
    assert.deepEqual(out.filter(refused), out);
    assert.equal(createScopeGuard([]).refuseQuestion("a.test"), "the scope is empty");
  });

  it("of servers have a port and a transport, 53 over UDP when they say nothing", () => {
    assert.deepEqual(parseServer("127.0.0.1"), { hostname: "127.0.0.1", port: 53, transport: "udp" });
    assert.deepEqual(parseServer("tcp:[::1]:5353"), { hostname: "::1", port: 5353, transport: "tcp" });
    assert.deepEqual(parseServer("::1"), { hostname: "::1", port: 53, transport: "udp" });
    for (const text of ["", "a b", "127.0.0.1:0", "127.0.0.1:99999", "user@host"]) {
      assert.throws(() => parseServer(text), { name: "FailureError", kind: "protocol" });
    }
  });
});
