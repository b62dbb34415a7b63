import assert from "node:assert/strict";
import { parseSize } from "../../../../../src/engines/scan/file/size-text.ts";

describe("sizes of file requests", () => {
  for (const [text, bytes] of [
    ["12", 12],
    ["5Mb", 5_000_000],
    ["1.5 kB", 1_500],
    ["1GiB", 1_000_000_000],
    ["7b", 7],
    ["Mb", undefined],
    ["-1", undefined],
    ["5 apples", undefined],
  ] as const) {
    it(`read "${text}" as ${bytes ?? "none"}`, () => assert.equal(parseSize(text), bytes));
  }
});
