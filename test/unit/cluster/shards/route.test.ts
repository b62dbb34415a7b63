import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeRouted, encodeRouted, type Route } from "../../../../src/cluster/shards/route.ts";
import { WireError } from "../../../../src/wire/index.ts";

const shards = 48;
const number = fc.maxSafeNat();
const name = fc.stringMatching(/^[a-z0-9-]{1,64}$/);
const anyRoute: fc.Arbitrary<Route> = fc.record({
  shard: fc.nat({ max: shards - 1 }),
  origin: fc.record({ node: name, incarnation: name }),
  way: number,
  sequence: number,
  version: number,
  returns: fc.nat({ max: 3 }),
  refusedTo: fc.option(fc.nat(), { nil: undefined }),
});

describe("the route before a message to a shard", () => {
  it("arrives as it was sent", () => {
    fc.assert(
      fc.property(anyRoute, fc.uint8Array(), (route, message) => {
        const decoded = decodeRouted(encodeRouted(route, message), shards);
        assert.deepEqual(decoded.route, { ...route, origin: { ...route.origin } });
        assert.deepEqual([...decoded.message], [...message]);
      }),
    );
  });

  it("is refused when anything is missing, cut off or of another kind", () => {
    fc.assert(
      fc.property(anyRoute, fc.nat(), (route, at) => {
        const bytes = encodeRouted(route, Buffer.from("message"));
        const cut = bytes.subarray(0, at % bytes.length);
        assert.throws(() => decodeRouted(cut, shards), WireError);
        assert.throws(() => decodeRouted(bytes, route.shard), WireError);
      }),
    );
  });

  it("random bytes are refused, never worse", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeRouted(bytes, shards);
        } catch (error) {
          assert.ok(error instanceof WireError, String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
