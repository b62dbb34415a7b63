import assert from "node:assert/strict";
import { keyCases } from "./key-cases/all-cases.ts";
import { coverageGaps, untestedHelpers } from "./key-cases/coverage.ts";
import { changedTemplate, type Observed } from "./key-cases/key-case.ts";
import { observe } from "./key-cases/run-case.ts";
import { Servers } from "./key-cases/sites.ts";

/** Of what was seen, what the case writes down. */
const writtenDown = (seen: Observed, expected: Partial<Observed>): Partial<Observed> =>
  Object.fromEntries(Object.keys(expected).map((key) => [key, seen[key as keyof Observed]]));

describe("keys of templates", () => {
  const servers = new Servers();
  after(() => servers.close());

  it("have a case each when they are supported, and none when they are refused", () => {
    assert.deepEqual(coverageGaps(), { untested: [], unsupported: [] });
  });

  it("and helpers of expressions a test that calls them", () => {
    assert.deepEqual(untestedHelpers(), []);
  });

  for (const [file, cases] of Object.entries(keyCases)) {
    describe(file, () => {
      for (const keyCase of cases) {
        const { place, key, shows, template, expected, changed } = keyCase;
        it(`${place}.${key}: ${shows}`, async () => {
          assert.deepEqual(Object.keys(changed).toSorted(), Object.keys(expected).toSorted());
          assert.notDeepEqual(changed, expected, "the case shows no difference");
          const seen = await observe(template, keyCase, servers);
          assert.equal(seen.status, expected.status ?? "supported", seen.errors.join(", "));
          assert.deepEqual(writtenDown(seen, expected), expected, "with the key");
          const other = await observe(changedTemplate(keyCase), keyCase, servers);
          assert.equal(other.status, changed.status ?? "supported", other.errors.join(", "));
          assert.deepEqual(writtenDown(other, changed), changed, "with the key changed");
        });
      }
    });
  }
});
