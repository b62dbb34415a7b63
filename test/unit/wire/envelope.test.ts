import assert from "node:assert/strict";
import fc from "fast-check";
import { garrison } from "#gen/garrison.js";
import { ByteReader, ByteWriter, Envelope, readEnvelope, WireError, writeEnvelope } from "../../../src/wire/index.ts";

const { Envelope: Generated } = garrison.v1;

const whole = fc.maxSafeNat();
const fields = fc.record({
  kind: fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
  target: fc.nat(16_384),
  path: fc.constantFrom("", "/a", "/scan/probes/probe-1", `/${"x".repeat(900)}`),
  incarnation: whole,
  protocol: fc.constantFrom("", "scan.probes"),
  type: fc.nat(4_095),
  payload: fc.uint8Array({ maxLength: 300 }),
  correlation: whole,
  leftMs: fc.nat(2 ** 31 - 1),
  code: fc.constantFrom("", "handler-failed"),
  message: fc.string({ unit: "binary", maxLength: 80 }),
  retryable: fc.boolean(),
  trace: fc.option(fc.uint8Array({ minLength: 25, maxLength: 25 }), { nil: undefined }),
});

const written = (values: object): Buffer => {
  const writer = new ByteWriter(4_096);
  writeEnvelope(writer, Object.assign(new Envelope(), values));
  return writer.take();
};

describe("envelopes between nodes", () => {
  it("are the message of envelope.proto, written and read", () => {
    fc.assert(
      fc.property(fields, (values) => {
        const bytes = written(values);
        const message = Generated.toObject(Generated.decode(bytes), { defaults: true, longs: Number });
        const named = values.path !== "";
        const expected = {
          ...values,
          incarnation: named ? values.incarnation : 0,
          protocol: named ? values.protocol : "",
        };
        const { trace: seen, payload, ...others } = message as Record<string, unknown>;
        const { trace, payload: sent, ...rest } = expected;
        assert.deepEqual(others, rest);
        assert.deepEqual(Buffer.from(payload as Uint8Array), Buffer.from(sent));
        assert.deepEqual(Buffer.from(seen as Uint8Array), Buffer.from(trace ?? []));

        const read = new Envelope();
        readEnvelope(new ByteReader().read(bytes), read);
        const buffers = { payload: Buffer.from(sent), trace: trace && Buffer.from(trace) };
        assert.deepEqual(read, Object.assign(new Envelope(), expected, buffers));
      }),
      { numRuns: 300 },
    );
  });

  it("leave nothing of the one that was read before", () => {
    const read = new Envelope();
    readEnvelope(
      new ByteReader().read(written({ kind: 2, path: "/a", protocol: "p", leftMs: 9, retryable: true })),
      read,
    );
    readEnvelope(new ByteReader().read(written({ kind: 5, correlation: 3 })), read);
    assert.deepEqual(read, Object.assign(new Envelope(), { kind: 5, correlation: 3 }));
  });

  it("that are cut off, of no kind, or beyond a bound are malformed, and never anything else", () => {
    const malformed = (bytes: Uint8Array): void =>
      assert.throws(
        () => readEnvelope(new ByteReader().read(bytes), new Envelope()),
        (error) => error instanceof WireError && error.code === "malformed",
      );
    malformed(Buffer.alloc(0));
    malformed(written({ kind: 11 }));
    malformed(written({ path: `/${"x".repeat(1_000)}`, protocol: "p" }));
    malformed(written({ code: "x".repeat(65) }));
    const bytes = written({ path: "/a", protocol: "p", payload: Buffer.alloc(100) });
    malformed(bytes.subarray(0, 60));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
        try {
          readEnvelope(new ByteReader().read(random), new Envelope());
        } catch (error) {
          assert.ok(error instanceof WireError && error.code === "malformed", String(error));
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
