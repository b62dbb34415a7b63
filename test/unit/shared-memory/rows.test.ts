import assert from "node:assert/strict";
import fc from "fast-check";
import { AccessFold } from "../../../src/shared-memory/accesses/access-fold.ts";
import { readRows } from "../../../src/shared-memory/accesses/read-rows.ts";
import { RowWriter } from "../../../src/shared-memory/accesses/row-writer.ts";
import { frameHeaderBytes, frameOf, readFrame } from "../../../src/shared-memory/frame.ts";

const number = fc.oneof(fc.nat(300), fc.maxSafeNat());
const text = fc.string({ unit: "grapheme", maxLength: 60 });
const row = fc.record(
  {
    rule: number,
    subject: text,
    value: fc.option(text, { nil: undefined }),
    atMs: number,
    passed: number,
    intercepted: number,
  },
  { noNullPrototype: true },
);

describe("rows of accesses in shared memory (GUARD-3)", () => {
  it("come back as they were written", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 20 }), number, (rows, dropped) => {
        const writer = new RowWriter(64 * 1024);
        writer.begin({ dropped });
        for (const each of rows) writer.add(each);
        const frame = readFrame(Buffer.from(writer.frame()), 0);
        assert.equal(frame.kind, "frame");
        if (frame.kind === "frame") assert.deepEqual(readRows(frame.payload), { dropped, rows });
      }),
    );
  });

  it("are refused as a whole when they are anything else, and never with another error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const read = readRows(Buffer.from(bytes));
        assert.ok(read === undefined || read.rows.length <= bytes.length);
      }),
      { numRuns: 2_000 },
    );
    assert.equal(readRows(Buffer.from([0, 1, 1, 1])), undefined);
    assert.equal(readRows(Buffer.from([...Array<number>(12).fill(0x80), 0])), undefined);
  });

  it("keep texts whole characters when they are cut off", () => {
    const writer = new RowWriter(4_096);
    writer.begin({ dropped: 0 });
    writer.add({ rule: 1, subject: "ä".repeat(200), value: "x", atMs: 0, passed: 1, intercepted: 0 });
    const frame = readFrame(Buffer.from(writer.frame()), 0);
    assert.ok(frame.kind === "frame");
    assert.equal(readRows(frame.payload)?.rows[0]?.subject, "ä".repeat(128));
  });

  it("stand for equal accesses of one time slot", () => {
    const fold = new AccessFold();
    const access = (subject: string, atMs: number, intercepted = false, value?: string) =>
      fold.add({ rule: 1, subject, value, atMs, intercepted });
    access("a", 10);
    access("a", 10);
    access("a", 10, true);
    access("b", 10);
    access("a", 20);
    access("a", 20, false, "v");
    assert.equal(fold.accesses, 6);
    assert.deepEqual(
      fold.take().map(({ subject, value, atMs, passed, intercepted }) => [subject, value, atMs, passed, intercepted]),
      [
        ["a", undefined, 10, 2, 1],
        ["a", undefined, 20, 1, 0],
        ["b", undefined, 10, 1, 0],
        ["a", "v", 20, 1, 0],
      ],
    );
    assert.equal(fold.accesses, 0);
    assert.deepEqual(fold.take(), []);
  });
});

describe("frames in shared memory (GUARD-15)", () => {
  it("are told from what is not all written yet, and from what is none", () => {
    const frame = frameOf(Buffer.from("payload"));
    for (let end = 0; end < frame.length; end += 1) {
      assert.equal(readFrame(frame.subarray(0, end), 0).kind, "incomplete", `${end}`);
    }
    assert.equal(readFrame(frame, 0).kind, "frame");
    for (let at = 0; at < frame.length; at += 1) {
      const changed = Buffer.from(frame);
      changed[at] = (changed[at] ?? 0) ^ 0x10;
      assert.notEqual(readFrame(changed, 0).kind, "frame", `byte ${at}`);
    }
    assert.equal(readFrame(Buffer.alloc(frameHeaderBytes), 0).kind, "broken");
  });
});
