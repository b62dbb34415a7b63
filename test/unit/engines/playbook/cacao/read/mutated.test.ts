import assert from "node:assert/strict";
import { seededRandom } from "../../../../../../src/base/random.ts";
import { completePlaybook } from "../../../../../support/cacao-files/complete-playbook.ts";
import { readMutated } from "../../../../../support/cacao-files/read-mutated.ts";

describe("reading CACAO: mutated playbooks", () => {
  it("never fails by itself, and says rule, key and reason of each problem", () => {
    // 10,000 are read by `npm run conformance`.
    const { misses, ...counts } = readMutated([completePlaybook()], 1_000, seededRandom(8));
    assert.deepEqual(misses, []);
    for (const status of ["supported", "refused", "invalid"] as const) assert.ok(counts[status] > 0, status);
  });
});
