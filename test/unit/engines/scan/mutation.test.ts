import assert from "node:assert/strict";
import fc from "fast-check";
import { parseTemplate } from "../../../../src/engines/scan/index.ts";
import { corpus } from "../../../integration/engines/scan/corpus/all-cases.ts";
import { mutatedTemplate, mutatedTemplates } from "../../../support/mutation/mutated-templates.ts";
import { mainThreadMs, problemOf, runMutated } from "../../../support/mutation/run-mutated.ts";
import { seedOf } from "../../../support/seed.ts";

const originals = Object.values(corpus).flatMap((cases) => cases.map(({ template }) => template));

/** On a busy machine a run gets nothing sent in less. */
const patientMs = 2_000;

describe("mutated scan templates", function () {
  this.timeout(180_000);

  it("never crash the compiler, and what is refused or invalid says why and where", () => {
    fc.assert(
      fc.property(mutatedTemplate(originals), (text) => {
        assert.equal(problemOf(parseTemplate(text, "t.yaml"), text), undefined);
      }),
      { numRuns: 400 },
    );
  });

  it("never hang or crash the engine that runs them", async () => {
    const seed = seedOf();
    const { misses, supported, requests } = await runMutated(mutatedTemplates(originals, 60, seed), patientMs);
    assert.deepEqual(misses, [], `seed ${seed}`);
    assert.ok(supported > 0 && requests > 0, "nothing was run");
  });

  it("are found out when they hold up the process", async () => {
    function* slow(): Iterable<string> {
      const until = mainThreadMs() + 1_000;
      while (mainThreadMs() < until);
      yield "id: slow";
    }
    const { misses, longestBlockMs } = await runMutated(slow(), patientMs, 100);
    assert.equal(misses.length, 1, JSON.stringify({ misses, longestBlockMs }));
    assert.match(misses[0] ?? "", /^nothing else could run for \d+ ms of work$/);
  });
});
