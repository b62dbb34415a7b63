import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { nextTurn } from "../../../../../src/base/event-loop.ts";
import { PlaybookError } from "../../../../../src/engines/playbook/errors.ts";
import { FrameReader } from "../../../../../src/engines/playbook/protocol/frame-reader.ts";
import { FrameWriter } from "../../../../../src/engines/playbook/protocol/frame-writer.ts";

const mostBytes = 100;

/** What a reader tells of a stream. */
class Heard {
  readonly stream = new PassThrough();
  readonly frames: object[] = [];
  readonly ends: (string | undefined)[] = [];
  readonly reader = new FrameReader(this.stream, mostBytes, {
    frame: (value) => this.frames.push(value),
    ended: (error) => this.ends.push(error?.message),
  });
}

const header = (bytes: number): Buffer => {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(bytes);
  return buffer;
};
const frame = (text: string): Buffer => Buffer.concat([header(Buffer.byteLength(text)), Buffer.from(text)]);

describe("frames", () => {
  it("come out as they were written, however the stream cuts them", async () => {
    const messages = fc.array(
      fc.record({ text: fc.string({ unit: "grapheme", maxLength: 10 }) }, { noNullPrototype: true }),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(messages, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), async (sent, cuts) => {
        const whole = new PassThrough();
        const writer = new FrameWriter(whole, mostBytes);
        for (const message of sent) writer.write(message);
        await writer.end();
        const bytes = (whole.read() as Buffer | null) ?? Buffer.alloc(0);
        const heard = new Heard();
        for (let at = 0, n = 0; at < bytes.length; n += 1) {
          const cut = cuts[n % cuts.length] ?? 1;
          heard.stream.write(bytes.subarray(at, at + cut));
          at += cut;
        }
        heard.stream.end();
        await nextTurn();
        await nextTurn();
        assert.deepEqual(heard.frames, sent);
        assert.deepEqual(heard.ends, [undefined]);
      }),
      { numRuns: 100 },
    );
  });

  const bad: Readonly<Record<string, readonly [Buffer, string]>> = {
    "are too large": [header(mostBytes + 1), "a frame of 101 bytes is larger than 100"],
    "are not JSON": [frame("{"), "a frame is not JSON"],
    "are empty": [frame(""), "a frame is not JSON"],
    "are no object": [frame("[1]"), "a frame is not an object"],
    "are nothing": [frame("null"), "a frame is not an object"],
    "end too early": [frame('{"a":1}').subarray(0, 6), "the stream ended inside a frame"],
    "end in their length": [header(3).subarray(0, 2), "the stream ended inside a frame"],
  };
  for (const [what, [bytes, message]] of Object.entries(bad)) {
    it(`end the reading when they ${what}, and nothing more is told`, async () => {
      const heard = new Heard();
      heard.stream.write(frame('{"good":true}'));
      heard.stream.end(bytes);
      await nextTurn();
      await nextTurn();
      heard.stream.destroy(new Error("later"));
      await nextTurn();
      assert.deepEqual(heard.frames, [{ good: true }]);
      assert.deepEqual(heard.ends, [message]);
    });
  }

  it("come out also when they come byte by byte", async () => {
    const stream = new PassThrough();
    const frames: object[] = [];
    const reader = new FrameReader(stream, 5_000, { frame: (value) => frames.push(value), ended: () => undefined });
    const sent = { text: "x".repeat(4_000) };
    for (const byte of frame(JSON.stringify(sent))) stream.write(Buffer.of(byte));
    await nextTurn();
    assert.deepEqual(frames, [sent]);
    reader.close();
  });

  it("are told until the reader is closed, also while it tells one", async () => {
    const stream = new PassThrough();
    const frames: object[] = [];
    const reader = new FrameReader(stream, mostBytes, {
      frame: (value) => {
        frames.push(value);
        reader.close();
      },
      ended: () => assert.fail("it was closed"),
    });
    stream.end(Buffer.concat([frame('{"n":1}'), frame('{"n":2}')]));
    await nextTurn();
    await nextTurn();
    assert.deepEqual(frames, [{ n: 1 }]);
  });

  it("are refused by the writer when they are too large, and the next one goes", async () => {
    const { stream, frames } = new Heard();
    const writer = new FrameWriter(stream, mostBytes);
    assert.throws(
      () => writer.write({ text: "x".repeat(mostBytes) }),
      (error) => error instanceof PlaybookError && error.code === "protocol",
    );
    writer.write({ n: 1 });
    await writer.end();
    writer.write({ n: 2 });
    await nextTurn();
    assert.deepEqual(frames, [{ n: 1 }]);
  });
});
