import assert from "node:assert/strict";
import { extracted, extractor, hitsOf, judge, matches, problemsOf } from "./sample.ts";

describe("extractors of templates", () => {
  it("of type regex give different matches, or one group of each", async () => {
    const body = "v1.2 v3.4 v1.2";
    assert.deepEqual(await extracted("type: regex, regex: ['v[0-9.]+']", { body }), ["v1.2", "v3.4"]);
    assert.deepEqual(await extracted("type: regex, group: 1, regex: ['v([0-9])', 'v']", { body }), ["1", "3"]);
    assert.deepEqual(await extracted("type: regex, group: 1, regex: ['v([0-9])|(x)']", { body: "x v1" }), ["", "1"]);
    assert.deepEqual(await extracted("type: regex, regex: ['a*']", { body: "aaa" }), ["aaa"]);
    assert.deepEqual(await extracted("type: regex, regex: ['.+']", { body: Buffer.from([0xff, 0x61]) }), ["\xffa"]);
  });

  it("of type kval give values by name", async () => {
    const response = { server: "Nginx", status_code: 200n, duration: 0.25, nil: null };
    assert.deepEqual(await extracted("type: kval, kval: [Server, status_code, duration, other]", response), [
      "Nginx",
      "200",
      "0.25",
    ]);
    assert.deepEqual(await extracted("type: kval, kval: [server], case-insensitive: true", response), ["nginx"]);
    assert.deepEqual(await extracted("type: kval, kval: [server], part: nowhere", response), ["Nginx"]);
  });

  it("of type xpath give texts or attributes", async () => {
    const body = "<ul><li><a href=/one>One <b>1</b></a><!-- c --><li><a href=/two>Two</a><li><a>None</a></ul>";
    assert.deepEqual(await extracted("type: xpath, xpath: ['//li/a']", { body }), ["One 1", "Two", "None"]);
    assert.deepEqual(await extracted("type: xpath, xpath: ['//a'], attribute: href", { body }), ["/one", "/two", ""]);
    assert.deepEqual(await extracted("type: xpath, xpath: ['//a/@href']", { body }), ["/one", "/two"]);
    assert.deepEqual(
      await extracted("type: xpath, xpath: ['//a[contains(text(), \"Two\")]/@href', '//ul']", { body }),
      ["/two", "One 1TwoNone"],
    );
    assert.deepEqual(await extracted("type: xpath, xpath: ['count(//a)', 'string(//a)']", { body }), []);
    const matchesName = 'type: xpath, xpath: [\'//a[matches(., "^T") and ends-with(@href, "o")]\']';
    assert.deepEqual(await extracted(matchesName, { body }), ["Two"]);
  });

  it("of type xpath read XML with prefixes as they are written", async () => {
    const body = `<?xml version="1.0"?><a:r xmlns:a="u" xmlns="d"><a:i k="1">x</a:i><i>y</i></a:r>`;
    assert.deepEqual(await extracted("type: xpath, xpath: ['/a:r/a:i']", { body }), ["x"]);
    assert.deepEqual(await extracted("type: xpath, xpath: ['//i']", { body }), ["y"]);
    assert.deepEqual(await extracted("type: xpath, xpath: ['//*'], attribute: k", { body }), ["", "1"]);
    assert.deepEqual(await extracted("type: xpath, xpath: ['//i']", { body: `<?xml version="1.0"?><r><i>` }), []);
  });

  it("of type json give what filters of jq give", async () => {
    const body = `{"v": "1.2", "n": 1.50, "big": 12e20, "small": 1e-7, "o": {"b": 1, "a": "ü"}, "l": [true, null]}`;
    const json = (filters: string): Promise<readonly string[]> =>
      extracted(`type: json, json: [${filters}]`, { body: Buffer.from(body) });
    assert.deepEqual(await json("'.v', '.n'"), ["1.2", "1.5"]);
    assert.deepEqual(await json("'.big, .small'"), ["1200000000000000000000", "0.0000001"]);
    assert.deepEqual(await json("'.o'"), [Buffer.from('{"a":"ü","b":1}').toString("latin1")]);
    assert.deepEqual(await json("'.l[]'"), ["true", ""]);
    assert.deepEqual(await json(`'.v, error("x"), .n', '.l | length'`), ["1.2", "2"]);
    assert.deepEqual(await extracted("type: json, json: ['.']", { body: "no json" }), []);
    assert.deepEqual(await extracted("type: json, json: ['.']", { body: "{} {}" }), []);
    assert.deepEqual(await extracted("type: json, json: ['.'], part: other", { body: "1", other: "2" }), ["2"]);
  });

  it("of type dsl give values of expressions", async () => {
    const response = { body: "ab", size: 3n };
    assert.deepEqual(await extracted("type: dsl, dsl: ['len(body)', 'missing', 'to_upper(body)', '\"\"']", response), [
      "2",
      "AB",
    ]);
    assert.deepEqual(await extracted("type: dsl, dsl: ['to_upper(body)', 'len(body) - body', 'size']", response), [
      "AB",
    ]);
  });

  it("look at the part that they name", async () => {
    assert.deepEqual(await extracted("type: regex, regex: ['\\d'], part: other", { body: "1", other: "2" }), ["2"]);
    assert.deepEqual(await extracted("type: xpath, xpath: ['//p'], part: other", { body: "<p>1", other: "<p>2" }), [
      "2",
    ]);
    assert.deepEqual(await extracted("type: regex, regex: ['\\d'], part: nowhere", { body: "1" }), []);
  });

  it("are hidden by matchers that do not match", async () => {
    const block = "matchers:\n  - {type: status, status: [500]}\nextractors:\n  - {type: regex, regex: [v]}";
    assert.deepEqual(await hitsOf(block, { body: "v" }), []);
    assert.deepEqual(await hitsOf(block, { body: "v", status_code: 500n }), [{ extracted: ["v"] }]);
  });

  it("are a hit each when named, unless a named matcher matched", async () => {
    const block =
      "extractors:\n  - {type: regex, name: a, regex: [x]}\n  - {type: regex, name: b, regex: [y]}\n  - {type: regex, regex: [z]}";
    assert.deepEqual(await hitsOf(block, { body: "xyz" }), [
      { extractorName: "a", extracted: ["x"] },
      { extractorName: "b", extracted: ["y"] },
    ]);
    const named = `matchers:\n  - {type: word, name: m, words: [x]}\n${block}`;
    assert.deepEqual(await hitsOf(named, { body: "xyz" }), [{ matcherName: "m", extracted: ["x", "y", "z"] }]);
  });

  it("run before matchers and each other, which see a value by name, several as a list", async () => {
    const block = (matcher: string): string =>
      `extractors:\n  - {type: regex, name: k, regex: ['k=.']}\n  - {type: dsl, name: upper, dsl: ['to_upper(k)']}\nmatchers:\n  - ${matcher}`;
    assert.equal(await matches(block("{type: word, part: k, words: ['k=1']}"), { body: "a k=1" }), true);
    assert.equal(await matches(block("{type: dsl, dsl: ['upper == \"K=1\"']}"), { body: "a k=1" }), true);
    assert.equal(await matches(block("{type: word, part: k, words: ['[k=1 k=2]']}"), { body: "k=1 k=2" }), true);
    assert.equal(await matches(block("{type: dsl, dsl: ['k0 == \"k=1\"']}"), { body: "k=1 k=2" }), false);
  });

  it("that are internal keep their values from people, and give several by number", async () => {
    const block =
      "extractors:\n  - {type: regex, name: k, internal: true, regex: ['k=.']}\nmatchers:\n  - {type: dsl, dsl: ['k1 == \"k=2\"']}";
    const judged = await judge(block, { body: "k=1 k=2" });
    assert.deepEqual(judged.hits, [{ extracted: [] }]);
    assert.deepEqual([...judged.internal], [["k", ["k=1", "k=2"]]]);
    assert.deepEqual([...judged.extracted], [["k", ["k=1", "k=2"]]]);
    const unmatched = await judge(block, { body: "k=1" });
    assert.deepEqual([unmatched.matched, unmatched.hits, [...unmatched.internal]], [false, [], [["k", ["k=1"]]]]);
  });

  it("that are internal and found something are no result without a match, and hide the others'", async () => {
    const block = "extractors:\n  - {type: regex, name: k, internal: true, regex: [k]}\n  - {type: regex, regex: [v]}";
    assert.deepEqual(await hitsOf(block, { body: "k v" }), []);
    assert.deepEqual(await hitsOf(block, { body: "v" }), [{ extracted: ["v"] }]);
  });

  it("keep a bounded number of values of a bounded length", async () => {
    const many = Array.from({ length: 5_000 }, (_none, at) => at).join(" ");
    assert.equal((await extracted("type: regex, regex: ['[0-9]+', '(?s)^.*$']", { body: many })).length, 1_000);
    assert.equal((await extracted("type: regex, regex: ['a+']", { body: "a".repeat(100_000) }))[0]?.length, 16_384);
  });

  it("refuse what does not compile, at its place", () => {
    const problem = (keys: string): string => problemsOf(extractor(keys)).join();
    assert.match(problem("type: json, json: ['.a |']"), /^invalid extractors\[0\]\.json\[0\]: filter does not compile/);
    assert.match(problem("type: regex, regex: [x], case-insensitive: true"), /does not belong to a regex extractor/);
    assert.match(problem("type: regex, regex: [x], attribute: href"), /does not belong to a regex extractor/);
    assert.match(problem("type: regex, regex: [x], group: -1"), /^invalid extractors\[0\]\.group/);
    assert.match(problem("type: kval"), /^invalid extractors\[0\]\.kval: needs at least one/);
    assert.match(problem("type: regex, regex: [x], to: out.txt"), /^refused extractors\[0\]\.to: unknown key/);
  });
});
