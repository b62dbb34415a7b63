import assert from "node:assert/strict";
import fc from "fast-check";
import { garrison } from "#gen/garrison.js";
import {
  ackFrame,
  BatchWriter,
  ByteReader,
  ByteWriter,
  decodeReceiverFrame,
  decodeSenderFrame,
  eachEnvelope,
  helloFrame,
  mostEnvelopeBytes,
  mostFrameBytes,
  probeFrame,
  receiverRefuseFrame,
  setHeldMs,
  welcomeFrame,
  WireError,
  type LinkHello,
  type SenderFrame,
  type WireErrorCode,
} from "../../../src/wire/index.ts";

const { v1 } = garrison;
const reader = new ByteReader();

const refused = (read: () => unknown, code: WireErrorCode): void => {
  assert.throws(read, (error) => error instanceof WireError && error.code === code);
};

const hello: LinkHello = {
  protocolVersion: 1,
  cluster: "prod",
  fromNode: "a",
  fromIncarnation: "a-1",
  toNode: "b",
  toIncarnation: "b-7",
  epoch: 2 ** 40,
  settingsDigest: "d".repeat(64),
  firstHeld: Number.MAX_SAFE_INTEGER,
};

/** The envelopes of a batch as text. */
const envelopesOf = (frame: SenderFrame): readonly string[] => {
  assert.ok(frame.type === "batch");
  const texts: string[] = [];
  const envelope = new ByteReader();
  eachEnvelope(frame.batch, reader, envelope, () => {
    envelope.next();
    texts.push(envelope.text(1_000));
    return true;
  });
  return texts;
};

const batchOf = (firstSequence: number, texts: readonly string[]): Buffer => {
  const writer = new BatchWriter(64);
  writer.begin(firstSequence);
  for (const text of texts) writer.add((to, value) => to.text(1, value), text);
  return writer.end();
};

describe("wire: frames of links", () => {
  it("are read as they were written", () => {
    assert.deepEqual(decodeSenderFrame(helloFrame(hello), reader), { type: "hello", hello });
    const welcome = { incarnation: "b-7", handled: 2 ** 50, windowBytes: 2 ** 20 };
    assert.deepEqual(decodeReceiverFrame(welcomeFrame(welcome), reader), { type: "welcome", welcome });
    const ack = { handled: 2 ** 50, windowBytes: 0 };
    assert.deepEqual(decodeReceiverFrame(ackFrame(ack), reader), { type: "ack", ack });
    assert.deepEqual(decodeSenderFrame(probeFrame(0), reader), { type: "probe", number: 0 });
    const refuse = { reason: "gap", message: "3 came after 1" };
    assert.deepEqual(decodeReceiverFrame(receiverRefuseFrame(refuse), reader), { type: "refuse", refuse });
  });

  it("are those of the proto file, both ways", () => {
    const frame = batchOf(2 ** 40, ["one", "two"]);
    setHeldMs(frame, 123_456);
    const read = v1.LinkRequest.decode(frame).batch;
    assert.equal(Number(read?.firstSequence), 2 ** 40);
    assert.equal(read?.heldMs, 123_456);
    assert.deepEqual(
      read.envelopes?.map((envelope) => Buffer.from(envelope).subarray(2).toString()),
      ["one", "two"],
    );
    const written = v1.LinkRequest.encode(
      v1.LinkRequest.fromObject({ batch: { firstSequence: 7, heldMs: 9, envelopes: [Buffer.from("\n\u0003abc")] } }),
    ).finish();
    const decoded = decodeSenderFrame(written, reader);
    assert.ok(decoded.type === "batch");
    assert.deepEqual([decoded.batch.firstSequence, decoded.batch.heldMs, decoded.batch.count], [7, 9, 1]);
    assert.deepEqual(envelopesOf(decoded), ["abc"]);
  });

  it("hold any envelopes, one after another and in frames of their own", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ unit: "grapheme", maxLength: 90 }), { minLength: 1 })), (batches) => {
        const writer = new BatchWriter(256);
        const frames = batches.map((texts, index) => {
          writer.begin(index + 1);
          for (const text of texts) writer.add((to, value) => to.text(1, value), text);
          return writer.end();
        });
        // Later batches have not written over earlier ones.
        assert.deepEqual(
          frames.map((frame) => envelopesOf(decodeSenderFrame(frame, reader))),
          batches,
        );
      }),
    );
  });

  it("take back the envelope that was added last", () => {
    const writer = new BatchWriter(64);
    writer.begin(1);
    const bytes = writer.add((to) => to.text(1, "gone"), undefined);
    writer.undo(bytes ?? 0);
    writer.begin(1);
    writer.add((to) => to.text(1, "kept"), undefined);
    assert.deepEqual(envelopesOf(decodeSenderFrame(writer.end(), reader)), ["kept"]);
  });

  it("have no envelope above its bound", () => {
    const writer = new BatchWriter(64);
    writer.begin(1);
    assert.equal(
      writer.add((to) => to.bytes(1, Buffer.alloc(mostEnvelopeBytes)), undefined),
      undefined,
    );
    assert.equal(writer.count, 0);
    const forged = v1.LinkRequest.encode(
      v1.LinkRequest.fromObject({ batch: { firstSequence: 1, envelopes: [Buffer.alloc(mostEnvelopeBytes + 1)] } }),
    ).finish();
    refused(() => decodeSenderFrame(forged, reader), "oversized");
  });

  it("are refused when they are cut off, empty, unknown, double or too large", () => {
    const frame = batchOf(1, ["one", "two"]);
    for (let length = 0; length < frame.length; length += 1) {
      refused(() => decodeSenderFrame(frame.subarray(0, length), reader), "malformed");
    }
    refused(() => decodeSenderFrame(Buffer.from([0x7a, 0]), reader), "malformed");
    refused(() => decodeSenderFrame(Buffer.concat([probeFrame(1), probeFrame(2)]), reader), "malformed");
    refused(() => decodeSenderFrame(Buffer.alloc(mostFrameBytes + 1), reader), "oversized");
    refused(() => decodeSenderFrame(helloFrame({ ...hello, fromNode: "" }), reader), "invalid");
  });

  it("end in an error or in a frame, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        for (const decode of [decodeSenderFrame, decodeReceiverFrame]) {
          try {
            decode(bytes, reader);
          } catch (error) {
            assert.ok(error instanceof WireError);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("wire: writer and reader of fields", () => {
  it("read what was written, for any numbers, texts and bytes", () => {
    const value = fc.oneof(
      fc.maxSafeNat().map((number) => ({ type: "uint" as const, number })),
      fc.maxSafeNat().map((number) => ({ type: "fixed64" as const, number })),
      fc.string({ unit: "grapheme", maxLength: 200 }).map((text) => ({ type: "text" as const, text })),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ type: "bytes" as const, bytes })),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), (values) => {
        const writer = new ByteWriter(16);
        for (const [index, one] of values.entries()) {
          if (one.type === "uint") writer.uint(index + 1, one.number);
          else if (one.type === "fixed64") writer.fixed64(index + 1, one.number);
          else if (one.type === "text") writer.text(index + 1, one.text);
          else writer.bytes(index + 1, one.bytes);
        }
        reader.read(writer.take());
        for (const [index, one] of values.entries()) {
          assert.equal(reader.next(), index + 1);
          if (one.type === "uint") assert.equal(reader.uint(), one.number);
          else if (one.type === "fixed64") assert.equal(reader.fixed64(), one.number);
          else if (one.type === "text") assert.equal(reader.text(4_000), one.text);
          else assert.deepEqual(new Uint8Array(reader.bytes()), one.bytes);
        }
        assert.equal(reader.next(), 0);
      }),
    );
  });

  it("refuse numbers above 2^53 - 1, texts that are no UTF-8, and fields of another type", () => {
    refused(
      () => reader.read(Buffer.from([8, ...Array<number>(9).fill(0xff), 1])).next() && reader.uint(),
      "malformed",
    );
    refused(
      () => reader.read(Buffer.from([8, ...Array<number>(12).fill(0x80), 1])).next() && reader.uint(),
      "malformed",
    );
    refused(
      () => reader.read(Buffer.from([9, ...Array<number>(8).fill(0xff)])).next() && reader.fixed64(),
      "malformed",
    );
    refused(() => reader.read(Buffer.from([10, 1, 0xff])).next() && reader.text(10), "malformed");
    refused(() => reader.read(Buffer.from([10, 2, 65, 65])).next() && reader.text(1), "malformed");
    refused(() => reader.read(Buffer.from([8, 1])).next() && reader.text(10), "malformed");
    refused(() => reader.read(Buffer.from([0, 1])).next(), "malformed");
    // A text that holds the sign for what is no UTF-8 is one.
    reader.read(Buffer.from("\n\u0003\ufffd")).next();
    assert.equal(reader.text(10), "\ufffd");
  });

  it("skip what they do not know", () => {
    const writer = new ByteWriter(64);
    writer.uint(1, 2 ** 52);
    writer.text(2, "x");
    writer.fixed32(3, 1);
    writer.fixed64(4, 1);
    writer.flag(5, true);
    reader.read(writer.take());
    for (let field = reader.next(); field !== 5; field = reader.next()) reader.skip();
    assert.equal(reader.flag(), true);
    assert.equal(reader.left, 0);
    refused(() => {
      reader.read(Buffer.from([11, 12])).next();
      reader.skip();
    }, "malformed");
  });
});
