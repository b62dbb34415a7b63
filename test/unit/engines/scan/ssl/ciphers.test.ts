import assert from "node:assert/strict";
import { cipherLevel, opensslName } from "../../../../../src/engines/scan/ssl/ciphers.ts";

describe("cipher suites of ssl requests", () => {
  for (const [name, level] of [
    ["TLS_AES_128_GCM_SHA256", "secure"],
    ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "secure"],
    ["TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "secure"],
    ["TLS_RSA_WITH_AES_128_GCM_SHA256", "weak"],
    ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "weak"],
    ["TLS_RSA_WITH_3DES_EDE_CBC_SHA", "weak"],
    ["TLS_RSA_WITH_RC4_128_SHA", "insecure"],
    ["TLS_DHE_RSA_WITH_DES_CBC_SHA", "insecure"],
    ["TLS_DH_anon_WITH_AES_256_GCM_SHA384", "insecure"],
    ["TLS_RSA_WITH_NULL_SHA256", "insecure"],
    ["TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5", "insecure"],
  ] as const) {
    it(`take ${name} as ${level}`, () => assert.equal(cipherLevel(name), level));
  }

  it("are known by the standard's names and by OpenSSL's", () => {
    assert.equal(opensslName("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"), "ECDHE-ECDSA-AES256-SHA384");
    assert.equal(opensslName("TLS_RSA_WITH_AES_128_CBC_SHA"), "AES128-SHA");
    assert.equal(opensslName("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"), "ECDHE-RSA-CHACHA20-POLY1305");
    assert.equal(opensslName("AES256-GCM-SHA384"), "AES256-GCM-SHA384");
    assert.equal(opensslName("TLS_AES_128_CCM_SHA256"), "TLS_AES_128_CCM_SHA256");
  });

  it("are unknown when the library has none of that name, or it is no name", () => {
    for (const name of ["TLS_RSA_WITH_RC4_128_SHA", "nothing", "ALL:!NULL", "", "@SECLEVEL=0"]) {
      assert.equal(opensslName(name), undefined);
    }
  });
});
