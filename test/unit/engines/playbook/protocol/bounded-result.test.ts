import assert from "node:assert/strict";
import { boundedResult } from "../../../../../src/engines/playbook/protocol/bounded-result.ts";
import { parseFromChild } from "../../../../../src/engines/playbook/protocol/from-child.ts";
import type { StepResult } from "../../../../../src/engines/playbook/index.ts";

describe("a result that somebody else than a thread gives", () => {
  const results: readonly (readonly [string, StepResult, string])[] = [
    ["is what it is when it can be kept", { state: "done", output: { ip: "192.0.2.7" } }, "done"],
    ["has failed when its output is too much", { state: "done", output: "x".repeat(70_000) }, "too-large"],
    [
      "is cut when its message is too long",
      { state: "failed", error: { code: "answered", message: "x".repeat(20_000) } },
      "answered",
    ],
  ];
  for (const [what, given, says] of results) {
    it(what, () => {
      const result = boundedResult(given);
      assert.equal(result.state === "done" ? "done" : result.error.code, says);
      assert.doesNotThrow(() => parseFromChild({ type: "ended", ends: [{ n: 1, result }] }));
    });
  }
});
