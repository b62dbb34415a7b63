import assert from "node:assert/strict";
import { readPlaybook } from "../../../../../../src/engines/playbook/cacao/index.ts";
import { playbookOf } from "../../../../../support/cacao/playbook-source.ts";

describe("dates of a CACAO playbook", () => {
  const validFrom = (written: string): number | undefined => {
    const steps = { end: { type: "end" } };
    const reading = readPlaybook(playbookOf("Dated", { steps, also: { valid_from: written } }));
    assert.ok(reading.status === "supported", JSON.stringify(reading));
    return reading.playbook.validFromMs;
  };

  it("are whole milliseconds since 1970", () => {
    assert.equal(validFrom("1970-01-01T00:00:01.2349Z"), 1_234);
    assert.equal(validFrom("2016-12-31T23:59:60Z"), Date.parse("2017-01-01T00:00:00Z"));
  });

  it("before 1970 are its beginning: a message has none that are earlier", () => {
    assert.equal(validFrom("1969-12-31T23:59:59.5Z"), 0);
    assert.equal(validFrom("0001-01-01T00:00:00Z"), 0);
  });
});
