import assert from "node:assert/strict";
import { blockOf, literalless, matcherMix, mixedPage, naively } from "../../../../support/matcher-mix.ts";
import { compiledOperators, evidenceOf } from "./sample.ts";

describe("many matchers that look at one response", () => {
  it("say what each would say alone", () => {
    const mix = [
      ...matcherMix(400, 80, 3),
      ...literalless.map((source) => ({ type: "regex", regex: [source], condition: "or" }) as const),
    ];
    const { matchers } = compiledOperators(blockOf(mix));
    const naive = naively(mix);
    let matched = 0;
    for (let seed = 0; seed < 100; seed += 1) {
      const body = mixedPage((seed * 37) % 2_500, seed);
      // An index is made for many look-ups in one response only.
      const evidence = evidenceOf({ body });
      const results = matchers.map((matcher) => matcher.matches(evidence));
      const simple = naive(body);
      results.forEach((result, at) => {
        assert.ok(!(result instanceof Promise), "a small body is judged at once");
        if (result.matched !== simple[at]) assert.fail(`${JSON.stringify(mix[at])} on the body of seed ${seed}`);
        matched += result.matched ? 1 : 0;
      });
    }
    assert.ok(matched > 100, `only ${matched} matched`);
  });
});
