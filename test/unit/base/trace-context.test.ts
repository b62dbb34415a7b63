import assert from "node:assert/strict";
import { formatTraceparent, packTrace, parseTraceparent, unpackTrace } from "../../../src/base/trace-context.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";
const text = `00-${traceId}-${spanId}-01`;

describe("a trace context", () => {
  it("is read and written as traceparent", () => {
    assert.deepEqual(parseTraceparent(text), { traceId, spanId, flags: 1 });
    assert.equal(formatTraceparent({ traceId, spanId, flags: 1 }), text);
    assert.equal(formatTraceparent({ traceId, spanId, flags: 0 }), `00-${traceId}-${spanId}-00`);
  });

  it("knows one flag, and the fields of later versions that it knows", () => {
    assert.equal(parseTraceparent(`00-${traceId}-${spanId}-fe`)?.flags, 0);
    assert.equal(parseTraceparent(`00-${traceId}-${spanId}-ff`)?.flags, 1);
    assert.deepEqual(parseTraceparent(`01-${traceId}-${spanId}-01-more`), { traceId, spanId, flags: 1 });
  });

  for (const [what, wrong] of Object.entries({
    nothing: "",
    "capital letters": text.toUpperCase(),
    "more than version 00 has": `${text}-more`,
    "the version that there is not": text.replace(/^00/, "ff"),
    "a trace of zeros": `00-${"0".repeat(32)}-${spanId}-01`,
    "a span of zeros": `00-${traceId}-${"0".repeat(16)}-01`,
    "a short trace": `00-${traceId.slice(1)}-${spanId}-01x`,
    "a later version without a bound": `01-${traceId}-${spanId}-01-${"a".repeat(500)}`,
    "a later version with something glued on": `01-${traceId}-${spanId}-01more`,
  })) {
    it(`is not read from ${what}`, () => {
      assert.equal(parseTraceparent(wrong), undefined);
    });
  }

  it("is packed into 25 bytes, and read from no other number of them", () => {
    const packed = packTrace({ traceId, spanId, flags: 1 });
    assert.equal(packed.length, 25);
    // As it lies in a larger frame.
    const frame = Buffer.concat([Buffer.from([9, 9]), packed, Buffer.from([9])]);
    assert.deepEqual(unpackTrace(frame.subarray(2, 27)), { traceId, spanId, flags: 1 });
    assert.equal(unpackTrace(packed.subarray(1)), undefined);
    assert.equal(unpackTrace(frame), undefined);
    assert.equal(unpackTrace(new Uint8Array(25)), undefined);
  });
});
