import assert from "node:assert/strict";
import { rules } from "../../../../../../src/engines/playbook/cacao/read/rules.ts";
import { readPlaybook } from "../../../../../../src/engines/playbook/cacao/read/read-playbook.ts";
import { completePlaybook } from "../../../../../support/cacao-files/complete-playbook.ts";
import { changed, ruleCases } from "./rule-cases.ts";

describe("reading CACAO: each rule", () => {
  for (const each of ruleCases) {
    it(`${each.rule}: ${each.what}`, () => {
      const reading = readPlaybook(changed(each));
      assert.equal(reading.status, each.verdict === "warning" ? "supported" : each.verdict, JSON.stringify(reading));
      const told = reading.status === "supported" ? reading.warnings : reading.problems;
      const found = told.find(({ rule, key }) => rule === each.rule && key === each.key);
      assert.ok(found, JSON.stringify(told));
      assert.equal(found.step, each.step);
      assert.match(found.reason, each.reason);
      // One change, one problem: nothing is told that only follows from it.
      if (reading.status !== "supported") assert.equal(reading.problems.length, 1, JSON.stringify(reading.problems));
    });
  }

  it("has a case of every rule", () => {
    assert.deepEqual([...new Set(ruleCases.map(({ rule }) => rule))].sort(), Object.keys(rules).sort());
  });

  it("says every problem of a file at once", () => {
    const playbook = completePlaybook();
    for (const { change } of ruleCases.filter(
      ({ what }) => what === "no name" || what === "a step that leads nowhere",
    )) {
      change(playbook);
    }
    const reading = readPlaybook(playbook);
    assert.deepEqual(reading.status === "invalid" && reading.problems.map(({ rule }) => rule), [
      "shape",
      "next-missing",
    ]);
  });
});
