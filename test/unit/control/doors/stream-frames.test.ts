import assert from "node:assert/strict";
import { seededRandom } from "../../../../src/base/random.ts";
import { FramingError, StreamFrames } from "../../../../src/control/doors/syslog/stream-frames.ts";

/** What a stream comes to that arrives in these parts; `null` is a message that was too large. */
const read = (parts: readonly Buffer[], mostBytes = 64): readonly (string | null)[] => {
  const frames = new StreamFrames(mostBytes);
  const seen: (string | null)[] = [];
  for (const part of parts) {
    for (const frame of frames.push(part)) seen.push(frame.type === "message" ? frame.bytes.toString() : null);
  }
  const last = frames.end();
  return last === undefined ? seen : [...seen, last.toString()];
};
const one = (text: string): readonly Buffer[] => [Buffer.from(text)];

describe("cutting a stream into messages", () => {
  it("goes by lengths and by newlines, in one stream", () => {
    assert.deepEqual(read(one("5 <1>a\n<2>b\n7 <3>c\nd\n<4>e")), ["<1>a\n", "<2>b", "<3>c\nd\n", "<4>e"]);
  });

  it("takes digits for a length only where a message follows them", () => {
    const lines = ["2026-05-01 up", "0 <1>a", "12345", "7", "1234567890 <1>"];
    assert.deepEqual(read(one(lines.map((line) => `${line}\n`).join(""))), lines);
  });

  it("leaves out what is over the bound, and goes on behind it", () => {
    const large = `<1>${"x".repeat(100)}`;
    assert.deepEqual(read(one(`${large}\n<2>a\n${large.length} ${large}<3>b\n${large}`)), [
      null,
      "<2>a",
      null,
      "<3>b",
      null,
    ]);
    assert.deepEqual(read(one(`<1>${"x".repeat(61)}\n<1>${"x".repeat(62)}\n`)), [`<1>${"x".repeat(61)}`, null]);
  });

  it("drops what a length promised and the end cut off", () => {
    assert.deepEqual(read(one("<1>a\n20 <1>half")), ["<1>a"]);
  });

  it("gives up where a length cannot be", () => {
    assert.throws(() => read(one("999999999 <1>")), FramingError);
  });

  it("comes to the same however the stream is cut", () => {
    const large = `<1>${"y".repeat(90)}`;
    const stream = Buffer.from(
      `5 <1>a\n<2>é\n\n2026 up\n${large}\n${large.length} ${large}7 <3>c\nd\n12 <4>123456789<5>end`,
    );
    const whole = read([stream]);
    assert.equal(whole.length, 9);
    const random = seededRandom(3);
    for (let round = 0; round < 2_000; round += 1) {
      const parts: Buffer[] = [];
      for (let at = 0; at < stream.length;) {
        const end = at + 1 + random.below(round % 2 === 0 ? 3 : 60);
        parts.push(stream.subarray(at, end));
        at = end;
      }
      assert.deepEqual(read(parts), whole, `round ${round}`);
    }
  });
});
