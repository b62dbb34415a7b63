import assert from "node:assert/strict";
import fc from "fast-check";
import { LineSplitter } from "../../../src/base/line-splitter.ts";

const split = (parts: readonly string[], mostChars: number): readonly string[] => {
  const lines: string[] = [];
  const splitter = new LineSplitter(mostChars, (line) => lines.push(line));
  for (const part of parts) splitter.push(part);
  splitter.end();
  return lines;
};

describe("LineSplitter", () => {
  it("gives the lines of a text however it is cut into parts, each up to the bound, empty ones left out", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 60 });
    fc.assert(
      fc.property(
        text,
        fc.array(fc.nat(60), { maxLength: 8 }),
        fc.integer({ min: 1, max: 20 }),
        (whole, cuts, most) => {
          const places = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
          const parts = places.slice(1).map((end, index) => whole.slice(places[index], end));
          const lines = whole.split("\n").map((line) => line.slice(0, most));
          assert.deepEqual(
            split(parts, most),
            lines.filter((line) => line !== ""),
          );
        },
      ),
    );
  });
});
