import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { seededRandom } from "../../../../../src/base/random.ts";
import { type Certificate, parseCertificate } from "../../../../../src/engines/scan/ssl/certificate.ts";
import { certificateFields } from "../../../../../src/engines/scan/ssl/certificate-fields.ts";
import { jsonText, present } from "../../../../../src/engines/scan/ssl/field.ts";
import { localKeyPair } from "../../../../support/certificate.ts";

describe("certificates of hostile servers", () => {
  it("are refused or shown, and never fail on the way", () => {
    const { raw } = new X509Certificate(localKeyPair().cert);
    const random = seededRandom(4);
    let shown = 0;
    for (let count = 0; count < 1_000; count += 1) {
      const bytes = Buffer.from(raw);
      for (let changes = random.below(4); changes >= 0; changes -= 1)
        bytes[random.below(bytes.length)] = random.below(256);
      const certificate = parsed(bytes);
      if (certificate === undefined) continue;
      shown += 1;
      const fields = present(certificateFields(certificate, [certificate], "localhost", 0));
      assert.equal(typeof JSON.parse(jsonText(fields)), "object");
    }
    assert.ok(shown > 200, String(shown));
  });
});

const parsed = (bytes: Buffer): Certificate | undefined => {
  try {
    return parseCertificate(bytes);
  } catch {
    return undefined;
  }
};
