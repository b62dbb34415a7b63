import assert from "node:assert/strict";
import { mostRules, Rules } from "../../../../../src/actors/guard/rules/rules.ts";
import { guardSpace } from "../../../../../src/actors/guard/work.ts";
import { seededRandom } from "../../../../../src/base/random.ts";
import { parseInterceptRule, type InterceptRule } from "../../../../../src/engines/intercept/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../../src/store/memory/index.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";

const ruleOf = (number: number, change: object = {}): InterceptRule =>
  parseInterceptRule({
    ...{ number, name: "logins", subject: "account", threshold: 5, windowMs: 1_000, blockMs: 1_000 },
    ...change,
  });

describe("rules of interception in the store", () => {
  let rules: Rules;
  let others: Rules;
  beforeEach(() => {
    const space = openMemoryStore(createMemoryDatabase({ clock: new ManualClock() })).space(guardSpace);
    rules = new Rules(space, seededRandom(1));
    others = new Rules(space, seededRandom(2));
  });

  it("are made, replaced and deleted, each time with another version", async () => {
    assert.deepEqual(await rules.list(), { version: 0, rules: [] });
    const versions = new Set<number>([0]);
    assert.equal(await rules.put(ruleOf(10)), true);
    versions.add(await others.version());
    assert.equal(await others.put(ruleOf(9)), true);
    versions.add(await rules.version());
    assert.equal(await rules.put(ruleOf(10, { threshold: 7 })), false);
    versions.add(await rules.version());
    const { rules: listed } = await others.list();
    assert.deepEqual(
      listed.map(({ rule }) => [rule.number, rule.threshold]),
      [
        [9, 5],
        [10, 7],
      ],
    );
    await rules.delete(9);
    versions.add(await rules.version());
    assert.equal(versions.size, 5);
    await assert.rejects(rules.delete(9), { code: "not-found" });
  });

  it("keep the name of how they count until they count otherwise", async () => {
    const countingAfter = async (change: object): Promise<string | undefined> => {
      await rules.put(ruleOf(1, change));
      return (await rules.list()).rules[0]?.counting;
    };
    const first = await countingAfter({});
    assert.equal(await countingAfter({ threshold: 9, blockMs: 5, shadow: true, allow: ["bob"] }), first);
    const seen = new Set([first]);
    for (const change of [{ windowMs: 2_000 }, { subject: "ip" }, { distinct: "path" }]) {
      seen.add(await countingAfter(change));
    }
    assert.equal(seen.size, 4);
    await rules.delete(1);
    seen.add(await countingAfter({ distinct: "path" }));
    assert.equal(seen.size, 5, "one that was gone begins anew");
  });

  it("are changed by several at once without losing a change, up to a bound", async () => {
    await Promise.all([1, 2, 3, 4].map((number) => (number % 2 === 0 ? rules : others).put(ruleOf(number))));
    assert.equal((await rules.list()).rules.length, 4);
    for (let number = 5; number <= mostRules; number += 1) await rules.put(ruleOf(number));
    await assert.rejects(rules.put(ruleOf(999)), { code: "busy" });
    assert.equal(await rules.put(ruleOf(1, { threshold: 8 })), false);
  });
});
