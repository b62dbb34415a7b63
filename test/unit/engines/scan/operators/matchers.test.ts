import assert from "node:assert/strict";
import { hitsOf, judge, matcher, matches, problemsOf } from "./sample.ts";

describe("matchers of templates", () => {
  describe("of type word", () => {
    it("match any word, and all words under and", async () => {
      const words = "type: word, words: [alpha, beta]";
      assert.equal(await matches(matcher(words), { body: "only beta" }), true);
      assert.equal(await matches(matcher(words), { body: "neither" }), false);
      assert.equal(await matches(matcher(`${words}, condition: and`), { body: "only beta" }), false);
      assert.equal(await matches(matcher(`${words}, condition: and`), { body: "beta alpha" }), true);
    });

    it("look at the body unless they name a part", async () => {
      const response = { body: "in body", all_headers: "in headers" };
      assert.equal(await matches(matcher("type: word, words: [headers]"), response), false);
      assert.equal(await matches(matcher("type: word, words: [headers], part: all_headers"), response), true);
    });

    it("compare without case only when told to, in every script", async () => {
      assert.equal(await matches(matcher("type: word, words: [ALPHA]"), { body: "alpha" }), false);
      const anyCase = (word: string): string => matcher(`type: word, words: ["${word}"], case-insensitive: true`);
      assert.equal(await matches(anyCase("AlPHA"), { body: "alphA" }), true);
      assert.equal(await matches(anyCase("ÄPFEL"), { body: Buffer.from("äpfel") }), true);
      assert.equal(await matches(anyCase("ΟΔΟΣ"), { body: Buffer.from("οδοσ") }), false);
      assert.equal(await matches(anyCase("kit"), { body: Buffer.from("\u212a\u0130T") }), true);
    });

    it("put the values of the request into words, in lower case before that with case-insensitive", async () => {
      const response = { body: "at site.test", Hostname: "site.test", hostname: "other.test" };
      assert.equal(await matches(matcher('type: word, words: ["at {{Hostname}}"]'), response), true);
      const anyCase = matcher('type: word, words: ["at {{Hostname}}"], case-insensitive: true');
      assert.equal(await matches(anyCase, response), false);
      assert.equal(await matches(anyCase, { ...response, body: "AT OTHER.TEST" }), true);
      assert.equal(
        await matches(matcher("type: word, words: [\"{{md5('a')}}\"]"), { body: "0cc175b9c0f1b6a831c399e269772661" }),
        true,
      );
    });

    it("take a word whose value is missing as it is written", async () => {
      assert.equal(await matches(matcher('type: word, words: ["{{nobody}}"]'), { body: "a {{nobody}}" }), true);
    });

    it("never evaluate what a response says", async () => {
      const echo = matcher('type: word, words: ["{{echo}}"]');
      assert.equal(await matches(echo, { body: "{{md5('a')}}", echo: "{{md5('a')}}" }), true);
    });

    it("decode hex words, and leave a word that is none", async () => {
      const body = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff]);
      assert.equal(await matches(matcher('type: word, words: ["89504e47ff"], encoding: hex'), { body }), true);
      assert.equal(await matches(matcher('type: word, words: ["89504e47ff"]'), { body }), false);
      assert.equal(await matches(matcher('type: word, words: ["nothex"], encoding: hex'), { body: "a nothex" }), true);
    });

    it("keep all words that were found with match-all", async () => {
      const words = "type: word, words: [a, b, c]";
      assert.deepEqual(await hitsOf(matcher(words), { body: "c b" }), [{ extracted: [] }]);
      assert.deepEqual(await hitsOf(matcher(`${words}, match-all: true`), { body: "c b" }), [
        { extracted: [], matched: ["b", "c"] },
      ]);
      const named = matcher(`${words}, match-all: true, name: n`);
      assert.deepEqual(await hitsOf(named, { body: "a" }), [{ matcherName: "n", extracted: [], matched: ["a"] }]);
    });
  });

  describe("of type regex", () => {
    it("match any pattern, and all patterns under and", async () => {
      assert.equal(
        await matches(matcher("type: regex, regex: ['(?i)ROOT:.*:0:0', nope]"), { body: "root:x:0:0:" }),
        true,
      );
      assert.equal(await matches(matcher("type: regex, regex: [root, nope], condition: and"), { body: "root" }), false);
    });

    it("read UTF-8 as Go does, also where it is broken", async () => {
      assert.equal(await matches(matcher("type: regex, regex: ['^.$']"), { body: Buffer.from("ä") }), true);
      assert.equal(await matches(matcher("type: regex, regex: ['^.$']"), { body: Buffer.from([0xff]) }), true);
      assert.equal(await matches(matcher("type: regex, regex: ['^..$']"), { body: Buffer.from([0xe2, 0x82]) }), true);
    });

    it("are not changed by encoding", async () => {
      assert.equal(await matches(matcher("type: regex, regex: ['6162'], encoding: hex"), { body: "6162" }), true);
    });

    it("keep all matches with match-all", async () => {
      const [hit] = await hitsOf(matcher("type: regex, regex: ['v\\d', 'w\\d'], match-all: true"), {
        body: "w1 v2 v3",
      });
      assert.deepEqual(hit?.matched, ["v2", "v3", "w1"]);
    });
  });

  describe("of type binary", () => {
    it("match bytes that are written in hex", async () => {
      const body = Buffer.from([0x1f, 0x8b, 0x08]);
      assert.equal(await matches(matcher('type: binary, binary: ["1F8B", "ffff"]'), { body }), true);
      assert.equal(await matches(matcher('type: binary, binary: ["1f8b", "ffff"], condition: and'), { body }), false);
      assert.equal(await matches(matcher('type: binary, binary: ["8b1f"]'), { body }), false);
    });
  });

  describe("of type status and size", () => {
    it("match one of the list, whatever the condition", async () => {
      const status = matcher("type: status, condition: and, status: [200, 302]");
      assert.equal(await matches(status, { status_code: 302n }), true);
      assert.equal(await matches(status, { status_code: 404n }), false);
      const size = matcher("type: size, condition: and, size: [4, 6]");
      assert.equal(await matches(size, { body: Buffer.from("größ") }), true);
      assert.equal(await matches(size, { body: "12345" }), false);
    });

    it("look at the part's number where there is no status code", async () => {
      const rcode = matcher("type: status, part: rcode, status: [3]");
      assert.equal(await matches(rcode, { status_code: null, rcode: 3n }), true);
      assert.equal(await matches(rcode, { status_code: null, rcode: 0n }), false);
      assert.equal(await matches(rcode, { status_code: 200n, rcode: 3n }), false);
    });

    it("measure the size of the part", async () => {
      assert.equal(await matches(matcher("type: size, size: [2], part: other"), { body: "four", other: "ab" }), true);
    });
  });

  describe("of type dsl", () => {
    const dsl = (expressions: string, rest = ""): string => matcher(`type: dsl, dsl: [${expressions}]${rest}`);

    it("are any or all expressions over the response", async () => {
      const both = `"status_code == 200", "contains(body, 'x')"`;
      assert.equal(await matches(dsl(both), { body: "" }), true);
      assert.equal(await matches(dsl(both, ", condition: and"), { body: "" }), false);
      assert.equal(await matches(dsl(both, ", condition: and"), { body: "x" }), true);
    });

    it("fail under and where a variable is missing, and go on under or", async () => {
      const one = `"missing == 1", "true"`;
      assert.equal(await matches(dsl(one), {}), true);
      assert.equal(await matches(dsl(one, ", condition: and"), {}), false);
      assert.equal(await matches(dsl(`"missing == 1"`), {}), false);
    });

    it("match under negative where an expression fails", async () => {
      assert.equal(await matches(dsl(`"missing == 1"`, ", negative: true"), {}), true);
    });

    it("pass over what is no boolean", async () => {
      assert.equal(await matches(dsl(`"1 + 1", "true"`), {}), true);
      assert.equal(await matches(dsl(`"1 + 1", "true"`, ", condition: and"), {}), true);
      assert.equal(await matches(dsl(`"true", "1 + 1"`, ", condition: and"), {}), false);
      assert.equal(await matches(dsl(`"1 + 1"`), {}), false);
    });

    it("wait for helpers that take their time", async () => {
      assert.equal(await matches(dsl(`"wait_for(0)", "false"`, ", condition: and"), {}), false);
      assert.equal(await matches(dsl(`"wait_for(0) && true", "wait_for(0)"`, ", condition: and"), {}), true);
    });

    it("are compiled when the template is loaded", () => {
      assert.match(problemsOf(dsl(`"no_such_helper(1)"`)).join(), /matchers\[0\]\.dsl\[0\]/);
      assert.match(problemsOf(dsl(`"public_ip() == body"`)).join(), /^refused matchers\[0\]\.dsl\[0\]/);
    });
  });

  describe("of type xpath", () => {
    const page = "<html><body><p class=a>one</p><P>two</body>";

    it("select nodes of HTML, whose names are in lower case", async () => {
      assert.equal(await matches(matcher(`type: xpath, xpath: ["/html/body/p[2]"]`), { body: page }), true);
      assert.equal(await matches(matcher(`type: xpath, xpath: ["//P"]`), { body: page }), false);
      const both = `type: xpath, xpath: ["//p", "//table"]`;
      assert.equal(await matches(matcher(both), { body: page }), true);
      assert.equal(await matches(matcher(`${both}, condition: and`), { body: page }), false);
    });

    it("read XML only where it begins so", async () => {
      const xml = "<Root><Item/></Root>";
      const item = matcher(`type: xpath, xpath: ["/Root/Item"]`);
      assert.equal(await matches(item, { body: `<?xml version="1.0"?>${xml}` }), true);
      assert.equal(await matches(item, { body: xml }), false);
      assert.equal(await matches(item, { body: ` <?xml version="1.0"?>${xml}` }), false);
      assert.equal(await matches(item, { body: `${xml}<!-- <?xml -->` }), false);
    });

    it("keep the texts of all nodes with match-all", async () => {
      const [hit] = await hitsOf(matcher(`type: xpath, xpath: ["//p"], match-all: true`), { body: page });
      assert.deepEqual(hit?.matched, ["one", "two"]);
    });
  });

  it("are turned around by negative, but never match an absent part", async () => {
    const keys = [
      "type: word, words: [x]",
      "type: regex, regex: [x]",
      "type: binary, binary: ['78']",
      "type: size, size: [1]",
      "type: xpath, xpath: ['//x']",
    ];
    for (const key of keys) {
      assert.equal(await matches(matcher(`${key}, negative: true`), { body: "yy" }), true, key);
      const hidden = await matches(matcher(`${key}, negative: true, part: nowhere`), { body: "yy" });
      assert.equal(hidden, false, key);
      assert.equal(await matches(matcher(`${key}, part: nowhere`), { body: "x" }), false, key);
    }
    assert.equal(await matches(matcher("type: word, words: [x], negative: true"), { body: "x" }), false);
    assert.equal(await matches(matcher("type: status, status: [200], negative: true, part: nowhere"), {}), false);
  });

  it("are joined by or unless matchers-condition says and", async () => {
    const two = "matchers:\n  - {type: status, status: [200]}\n  - {type: word, words: [never]}";
    assert.equal(await matches(two, {}), true);
    assert.equal(await matches(`matchers-condition: and\n${two}`, {}), false);
  });

  it("give a hit for each that is named under or, and one under and", async () => {
    const block = (condition: string): string =>
      `matchers-condition: ${condition}\nmatchers:\n  - {type: word, name: one, words: [x]}\n  - {type: word, name: two, words: [y]}\n  - {type: word, words: [x]}`;
    assert.deepEqual(await hitsOf(block("or"), { body: "xy" }), [
      { matcherName: "one", extracted: [] },
      { matcherName: "two", extracted: [] },
    ]);
    assert.deepEqual(await hitsOf(block("and"), { body: "xy" }), [{ extracted: [] }]);
    assert.deepEqual(await hitsOf(block("or"), { body: "x" }), [{ matcherName: "one", extracted: [] }]);
  });

  it("give no hit when all are internal", async () => {
    const block = "matchers:\n  - {type: word, words: [x], internal: true}";
    const { matched, hits } = await judge(block, { body: "x" });
    assert.deepEqual({ matched, hits }, { matched: true, hits: [] });
    assert.equal((await hitsOf(`${block}\n  - {type: word, words: [x]}`, { body: "x" })).length, 1);
  });

  it("refuse keys of other types, unless they say nothing", () => {
    assert.deepEqual(problemsOf(matcher("type: regex, regex: [x], case-insensitive: true")), [
      "invalid matchers[0].case-insensitive: does not belong to a regex matcher",
    ]);
    assert.deepEqual(problemsOf(matcher("type: dsl, dsl: ['true'], part: body")).length, 1);
    assert.deepEqual(problemsOf(matcher("type: regex, regex: [x], case-insensitive: false, words: []")), []);
    assert.deepEqual(problemsOf(matcher("type: word, words: [x], status: [200]")).length, 1);
  });

  it("refuse what does not compile, at its place", () => {
    const problem = (keys: string): string => problemsOf(matcher(keys)).join();
    assert.match(problem("type: regex, regex: ['a(?=b)']"), /^invalid matchers\[0\]\.regex\[0\]: .*RE2/);
    assert.match(problem("type: binary, binary: ['0']"), /^invalid matchers\[0\]\.binary\[0\]: .*hex/);
    assert.match(problem("type: xpath, xpath: ['//[']"), /^invalid matchers\[0\]\.xpath\[0\]/);
    assert.match(problem("type: xpath, xpath: ['//a[what(.)]']"), /no XPath function "what"/);
    assert.match(problem("type: word, words: [x], encoding: base64"), /^invalid matchers\[0\]\.encoding/);
    assert.match(problem("type: word, words: [x], condition: xor"), /^invalid matchers\[0\]\.condition/);
    assert.match(problem("type: word"), /^invalid matchers\[0\]\.words: needs at least one/);
    assert.match(problem("type: prompt"), /unknown type/);
    assert.match(problem("type: word, words: [x], offset: 3"), /^refused matchers\[0\]\.offset: unknown key/);
  });
});
