import assert from "node:assert/strict";
import { endpointText, parseEndpoint, parseLoopback, WireError } from "../../../src/wire/index.ts";

describe("loopback addresses", () => {
  it("are those of this machine only", () => {
    const cases: readonly (readonly [string, string])[] = [
      ["127.0.0.1:7443", "127.0.0.1:7443"],
      ["127.200.0.9:0", "127.200.0.9:0"],
      ["localhost:65535", "127.0.0.1:65535"],
      ["[::1]:7443", "[::1]:7443"],
    ];
    for (const [given, meant] of cases) assert.equal(endpointText(parseLoopback(given)), meant);
  });

  it("are nothing else", () => {
    const others = [
      "",
      "127.0.0.1",
      "127.0.0.1:",
      "127.0.0.1:65536",
      "127.0.0.1:1:2",
      "127.1:80",
      "2130706433:80",
      "0x7f.0.0.1:80",
      "0177.0.0.1:80",
      "0.0.0.0:80",
      "[::]:80",
      "::1:80",
      "[127.0.0.1]:80",
      "[::ffff:127.0.0.1]:80",
      "[::ffff:10.0.0.1]:80",
      "[::127.0.0.1]:80",
      "10.0.0.1:80",
      "localhost.evil.test:80",
      "http://127.0.0.1:80",
      "127.0.0.1:80\n",
    ];
    for (const other of others) {
      assert.throws(
        () => parseLoopback(other),
        (error) => error instanceof WireError && error.code === "not-loopback",
        other,
      );
    }
  });
});

describe("addresses of any machine", () => {
  it("are host and port", () => {
    const cases: readonly (readonly [string, string])[] = [
      ["10.0.0.1:7443", "10.0.0.1:7443"],
      ["localhost:1", "127.0.0.1:1"],
      ["node-1.garrison.test:7443", "node-1.garrison.test:7443"],
      ["garrison-0.garrison.default.svc.cluster.local.:7443", "garrison-0.garrison.default.svc.cluster.local.:7443"],
      ["[2001:db8::1]:7443", "[2001:db8::1]:7443"],
      ["[::127.0.0.1]:80", "[::127.0.0.1]:80"],
    ];
    for (const [given, meant] of cases) assert.equal(endpointText(parseEndpoint(given)), meant);
  });

  it("are nothing that programs read in different ways", () => {
    const others = [
      "",
      "host",
      "host:",
      ":80",
      "host:65536",
      "127.1:80",
      "2130706433:80",
      "0x7f.0.0.1:80",
      "0x7f000001:80",
    ];
    others.push(
      "[10.0.0.1]:80",
      "[host]:80",
      "a b:80",
      "-a:80",
      "a..b:80",
      "http://a:80",
      "a:80\n",
      "user@a:80",
      "a:80:80",
    );
    for (const other of others) {
      assert.throws(
        () => parseEndpoint(other),
        (error) => error instanceof WireError && error.code === "not-an-address",
        other,
      );
    }
  });
});
