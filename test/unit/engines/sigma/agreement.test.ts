import assert from "node:assert/strict";
import fc from "fast-check";
import { fieldPaths } from "../../../../src/engines/events/fields/field-paths.ts";
import { compileDetection, DetectionIndex, EventView } from "../../../../src/engines/sigma/index.ts";
import { literallyHolds } from "../../../conformance/sigma/literal/evaluate.ts";
import { someData, someDetection } from "../../../support/sigma/arbitrary.ts";
import { eventOf } from "../../../support/sigma/event-of.ts";

const none = (): readonly [] => [];

describe("Sigma detections of any shape", () => {
  it("hold of an event as the literal evaluator says", () => {
    const seen = { true: 0, false: 0 };
    fc.assert(
      fc.property(someDetection, someData, (source, data) => {
        const detection = compileDetection(source, { at: "detection" });
        const holds = detection.matches(new EventView(eventOf(data), none));
        seen[`${holds}`] += 1;
        assert.equal(holds, literallyHolds(source, data));
      }),
      { numRuns: 4_000 },
    );
    assert.ok(Math.min(seen.true, seen.false) > 200, `both were tried: ${JSON.stringify(seen)}`);
  });

  it("match by the index what they match one by one", () => {
    fc.assert(
      fc.property(
        fc.array(someDetection, { minLength: 1, maxLength: 30 }),
        fc.array(someData, { maxLength: 5 }),
        (sources, events) => {
          const detections = sources.map((source) => compileDetection(source, { at: "detection" }));
          const index = new DetectionIndex(detections.map((detection, value) => ({ detection, value })));
          for (const event of events.map((data) => eventOf(data))) {
            const expected = [...detections.keys()].filter((at) =>
              detections[at]?.matches(new EventView(event, fieldPaths)),
            );
            assert.deepEqual(
              index.match(event).map(({ value }) => value),
              expected,
            );
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
