import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { outputText } from "../../../../../src/engines/playbook/node-commands/output-text.ts";
import { StreamHead } from "../../../../../src/engines/playbook/node-commands/stream-head.ts";

describe("outputText", () => {
  it("leaves what fits as it is", () => {
    assert.deepEqual(outputText("für 😀\n"), { text: "für 😀\n", truncated: false });
  });

  it("keeps the beginning of what takes too much as JSON, and no half of a character", () => {
    for (const one of ["\u0001", "😀", "é", "x"]) {
      const { text, truncated } = outputText(one.repeat(50_000), 1_001);
      assert.ok(truncated);
      assert.ok(one.repeat(50_000).startsWith(text));
      const bytes = Buffer.byteLength(JSON.stringify(text));
      assert.ok(bytes <= 1_001 && bytes > 990, `${one}: ${bytes} bytes`);
      assert.ok(!/\p{Cs}/u.test(text));
    }
  });
});

describe("StreamHead", () => {
  it("keeps so many bytes and lets the rest go by", async () => {
    const stream = new PassThrough();
    const head = new StreamHead(stream, 5);
    for (let i = 0; i < 100; i += 1) stream.write("äbc");
    stream.end();
    await new Promise((resolve) => stream.once("close", resolve));
    assert.equal(head.text, "äbc");
    assert.ok(head.truncated);
  });
});
