import assert from "node:assert/strict";
import { type VariableType, variableTypes } from "../../../../../../src/engines/playbook/cacao/model/variable.ts";
import { valueProblem } from "../../../../../../src/engines/playbook/cacao/variables/value-problem.ts";

const cases: Readonly<Record<VariableType, { readonly fit: readonly string[]; readonly not: readonly string[] }>> = {
  string: { fit: ["x", "🜁", "\n"], not: ["\ud800"] },
  bool: { fit: ["true", "false"], not: ["True", "1", " true"] },
  integer: {
    fit: ["0", "-2147483648", "2147483647", "+7"],
    not: ["2147483648", "-2147483649", "1.0", "0x1", "1e3", " 1"],
  },
  long: { fit: ["9223372036854775807", "-9223372036854775808"], not: ["9223372036854775808", "1".repeat(20), "a"] },
  float: { fit: ["1", "-1.5", ".5", "1e10", "2."], not: ["NaN", "Infinity", "1e999", "1,5", "."] },
  hexstring: { fit: ["00ff", "AB"], not: ["abc", "0x00", "zz"] },
  "ipv4-addr": {
    fit: ["10.0.0.1", "10.0.0.0/8"],
    not: ["10.0.0", "10.0.0.256", "10.0.0.0/33", "010.0.0.1", "::1", "1.1.1.1/8/8"],
  },
  "ipv6-addr": { fit: ["::1", "fd00::/8", "::ffff:1.2.3.4"], not: ["10.0.0.1", "fe80::1%eth0", "::1/129", ":::"] },
  "mac-addr": {
    fit: ["d2:fb:49:24:37:18", "D2-FB-49-24-37-18"],
    not: ["d2:fb:49:24:37", "d2:fb-49:24:37:18", "d2fb49243718"],
  },
  hash: { fit: ["ab".repeat(20), "3:AXGBicFlgVNhBGcL6wCrFQEv:AXGHsNhxLsr2C"], not: ["a b", "é"] },
  "md5-hash": { fit: ["A".repeat(32)], not: ["a".repeat(31), "g".repeat(32)] },
  "sha256-hash": { fit: ["0".repeat(64)], not: ["0".repeat(63)] },
  uri: { fit: ["https://example.com/a?b", "urn:x:y"], not: ["example.com", "http:", "https://a b", "1a:b"] },
  uuid: { fit: ["123e4567-e89b-42d3-a456-426614174000"], not: ["123e4567e89b42d3a456426614174000", "x"] },
  dictionary: { fit: ['{"a":1}', "[1]"], not: ["1", "null", '"a"', "{a:1}"] },
};

describe("values of variables", () => {
  for (const type of variableTypes) {
    it(`of type ${type} are told from others`, () => {
      for (const text of cases[type].fit) assert.equal(valueProblem(type, text), undefined, text);
      for (const text of cases[type].not) assert.match(valueProblem(type, text) ?? "fits", /^is not /, text);
      assert.equal(valueProblem(type, ""), undefined);
      assert.match(valueProblem(type, "1".repeat(64 * 1024 + 1)) ?? "fits", /longer/);
    });
  }
});
