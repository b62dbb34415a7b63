import assert from "node:assert/strict";
import { portsAt } from "../../../../../src/engines/scan/network/ports.ts";
import { portOf } from "../../../../../src/engines/scan/network/service-ports.ts";
import { parseScanTarget } from "../../../../../src/engines/scan/target/target.ts";

describe("ports of network requests", () => {
  const excluded = new Set([80, 443]);
  const at = (target: string, ...ports: readonly number[]): readonly (number | undefined)[] =>
    portsAt(parseScanTarget(target), { ports, excluded });

  it("are the target's where the template names none", () => {
    assert.deepEqual(at("a.test:21"), [21]);
    assert.deepEqual(at("https://a.test/"), [443]);
    assert.deepEqual(at("a.test"), [undefined]);
  });

  it("are the template's where the target has none, or a URL that says a website's", () => {
    assert.deepEqual(at("a.test", 21, 2121), [21, 2121]);
    assert.deepEqual(at("https://a.test", 21), [21]);
  });

  it("are the target's where a person wrote it", () => {
    assert.deepEqual(at("a.test:80", 21), [80]);
    assert.deepEqual(at("http://a.test:9999", 21), [9999]);
  });

  it("may be names of services", () => {
    assert.deepEqual(["ssh", "LDAPS", "6379", "0", "65536", "-1", "nothing"].map(portOf), [
      22,
      636,
      6379,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
