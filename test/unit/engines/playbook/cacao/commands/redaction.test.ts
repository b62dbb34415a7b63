import assert from "node:assert/strict";
import fc from "fast-check";
import { outputChars } from "../../../../../../src/engines/playbook/cacao/commands/call.ts";
import { BoundedBytes } from "../../../../../../src/engines/playbook/cacao/commands/output/bounded-bytes.ts";
import { cut } from "../../../../../../src/engines/playbook/cacao/commands/output/cut.ts";
import { outputBytes, outputText } from "../../../../../../src/engines/playbook/cacao/commands/output/output-text.ts";
import { Redaction } from "../../../../../../src/engines/playbook/cacao/commands/output/redaction.ts";

const outputOf = (bytes: Buffer, secrets: readonly string[] = []): ReturnType<typeof outputText> => {
  const read = new BoundedBytes(outputBytes);
  for (let at = 0; at < bytes.length; at += 10_000) read.add(bytes.subarray(at, at + 10_000));
  return outputText(read, new Redaction(secrets));
};

describe("what a command answers", () => {
  it("hides a secret wherever it stands, and however it is written", () => {
    const secret = 'pä"ss/wörd';
    const forms = [secret, JSON.stringify(secret), encodeURIComponent(secret), Buffer.from(secret).toString("base64")];
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.constantFrom(...forms), (before, after, form) => {
        const { text } = outputOf(Buffer.from(`${before}${form}${after}`), [secret]);
        return text.includes("***") && !forms.some((other) => text.includes(other));
      }),
    );
  });

  it("hides the longer one of two secrets whole", () => {
    assert.equal(new Redaction(["abcd", "abcdefgh"]).text("abcdefgh abcd"), "*** ***");
  });

  it("leaves alone what is too short to be told from other text", () => {
    assert.equal(new Redaction(["abc", ""]).text("abc abc"), "abc abc");
  });

  it("has no part of a secret at its end when it is cut", () => {
    const secret = "s3cret-".repeat(20);
    for (let into = 1; into < secret.length; into += 13) {
      const fill = "🔥".repeat(Math.floor((outputBytes - into) / 4));
      const { text, truncated } = outputOf(Buffer.from(fill + secret + secret), [secret]);
      assert.ok(truncated);
      assert.ok(!text.includes("s3cret"), text.slice(-20));
    }
  });

  it("fits into a step whatever it is made of, and no character is split", () => {
    for (const char of ["a", '"', "\u0000", "é", "€", "🔥", "\ud7ff"]) {
      const { text, truncated, encoding } = outputOf(Buffer.from(char.repeat(200_000)));
      assert.ok(truncated);
      assert.equal(encoding, "utf-8");
      assert.equal(text.replaceAll(char, ""), "", JSON.stringify(char));
      assert.ok(text.length <= outputChars);
      assert.ok(Buffer.byteLength(JSON.stringify(text)) <= 44 * 1024);
      assert.ok(Buffer.byteLength(JSON.stringify(text)) > 31 * 1024 || text.length > outputChars - 2, `${text.length}`);
    }
    const binary = outputOf(Buffer.alloc(200_000, 0xff));
    assert.equal(binary.encoding, "base64");
    assert.ok(Buffer.from(binary.text, "base64").every((byte) => byte === 0xff));
    assert.equal(binary.text.length % 4, 0);
  });

  it("is cut at the bound and not before", () => {
    assert.equal(cut("abcdef", { chars: 3, jsonBytes: 100 }), "abc");
    assert.equal(cut("abcdef", { chars: 100, jsonBytes: 5 }), "abc");
    assert.equal(cut("abc", { chars: 100, jsonBytes: 5 }), "abc");
    assert.equal(cut("🔥🔥", { chars: 3, jsonBytes: 100 }), "🔥");
  });
});
