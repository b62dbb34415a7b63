import assert from "node:assert/strict";
import fc from "fast-check";
import { outputVariables } from "../../../../../src/engines/playbook/child/cacao/output-variables.ts";
import { playbookBounds } from "../../../../../src/engines/playbook/index.ts";

describe("the output of a run of a CACAO playbook", () => {
  it("is the values of its variables as they are, when they can be kept", () => {
    const variables = { __ip__: "192.0.2.7", __none__: null };
    assert.deepEqual(outputVariables(variables), { output: variables, isCut: false });
  });

  it("has long values cut, and short ones whole, when they cannot", () => {
    const variables = { __body__: "x".repeat(40_000), __copy__: "y".repeat(40_000), __ip__: "192.0.2.7" };
    const { output, isCut } = outputVariables(variables);
    assert.equal(isCut, true);
    assert.equal(output["__ip__"], "192.0.2.7");
    assert.match(output["__body__"] ?? "", /^x{8000,}…$/);
    assert.match(output["__copy__"] ?? "", /^y{8000,}…$/);
  });

  it("can be kept, whatever the variables are", () => {
    fc.assert(
      fc.property(fc.nat(600), fc.nat(2_000), fc.constantFrom("x", "ä", "\u0001", "𝄞"), (count, chars, char) => {
        const entries = Array.from({ length: count }, (_, at) => [`__${"n".repeat(190)}${at}__`, char.repeat(chars)]);
        const { output } = outputVariables(Object.fromEntries(entries) as Record<string, string>);
        assert.ok(Buffer.byteLength(JSON.stringify(output)) <= playbookBounds.valueBytes);
      }),
      { numRuns: 30 },
    );
  });
});
