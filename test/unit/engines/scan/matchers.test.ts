import assert from "node:assert/strict";
import { judge, matches, sampleTarget } from "./sample.ts";

const word = (rest: string): string => `matchers:\n  - type: word\n${rest.replaceAll(/^/gm, "    ")}`;

describe("scan matchers", () => {
  it("match any word by default and all words under and", () => {
    const words = "words: [alpha, beta]";
    assert.equal(matches(word(words), { body: "only beta" }), true);
    assert.equal(matches(word(`${words}\ncondition: and`), { body: "only beta" }), false);
    assert.equal(matches(word(`${words}\ncondition: and`), { body: "beta alpha" }), true);
  });

  it("look at the body by default and not at headers", () => {
    const inHeader = { headers: [["X-Note", "alpha"]], body: "" } as const;
    assert.equal(matches(word("words: [alpha]"), inHeader), false);
    assert.equal(matches(word("words: [alpha]\npart: header"), inHeader), true);
  });

  it("see all headers with the status line and canonical names in the part header", () => {
    const response = { headers: [["x-powered-by", "PHP"]], status: 404 } as const;
    assert.equal(matches(word('words: ["X-Powered-By: PHP"]\npart: header'), response), true);
    assert.equal(matches(word('words: ["HTTP/1.1 404 Not Found"]\npart: all_headers'), response), true);
  });

  it("order the part all as body then headers and response as headers then body", () => {
    const response = { headers: [["A", "head"]], body: "BODY" } as const;
    const regex = (part: string, pattern: string): string =>
      `matchers:\n  - type: regex\n    part: ${part}\n    regex: ['${pattern}']`;
    assert.equal(matches(regex("all", "(?s)^BODY.*head"), response), true);
    assert.equal(matches(regex("all", "(?s)^HTTP"), response), false);
    assert.equal(matches(regex("response", "(?s)^HTTP.*head.*BODY$"), response), true);
  });

  it("never match an absent part, negative or not", () => {
    assert.equal(matches(word("words: [x]\npart: x_missing\nnegative: true"), { body: "y" }), false);
    assert.equal(matches(word("words: [x]\npart: x_missing"), { body: "x" }), false);
    assert.equal(matches(word("words: [x]\nnegative: true"), { body: "y" }), true);
    assert.equal(matches(word("words: [x]\nnegative: true"), { body: "x" }), false);
  });

  it("find single headers and cookies by nuclei's names", () => {
    const headers = [
      ["Set-Cookie", "SID=abc; Path=/"],
      ["X-Two", "a"],
      ["X-Two", "b"],
    ] as const;
    assert.equal(matches(word("words: [abc]\npart: sid"), { headers }), true);
    assert.equal(matches(word('words: ["a b"]\npart: x_two'), { headers }), true);
  });

  it("compare without case only when told to", () => {
    assert.equal(matches(word("words: [ALPHA]"), { body: "alpha" }), false);
    assert.equal(matches(word("words: [AlPHA]\ncase-insensitive: true"), { body: "alphA" }), true);
    assert.equal(matches(word("words: [ÄPFEL]\ncase-insensitive: true"), { body: "äpfel" }), true);
  });

  it("decode hex words to bytes and compare bytes", () => {
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff]);
    assert.equal(matches(word('words: ["89504e47"]\nencoding: hex'), { body: png }), true);
    assert.equal(matches(word('words: ["89504e48"]\nencoding: hex'), { body: png }), false);
    assert.equal(matches(word("words: [größe]"), { body: "die größe" }), true);
  });

  it("render the target's placeholders in words", () => {
    assert.equal(matches(word('words: ["at {{Hostname}}"]'), { body: "at site.test:8080" }), true);
    assert.equal(matches(word('words: ["{{BaseURL}}"]'), { body: sampleTarget }), true);
  });

  it("take numbers and booleans as words by their spelling", () => {
    assert.equal(matches(word("words: [1.10]"), { body: "v1.10" }), true);
    assert.equal(matches(word("words: [yes, 0x10]\ncondition: and"), { body: "0x10 yes" }), true);
  });

  it("run RE2 patterns on text", () => {
    const regex = (rest: string): string => `matchers:\n  - type: regex\n${rest.replaceAll(/^/gm, "    ")}`;
    assert.equal(matches(regex("regex: ['(?i)ROOT:.*:0:0', nope]"), { body: "root:x:0:0:" }), true);
    assert.equal(matches(regex("regex: ['root', nope]\ncondition: and"), { body: "root" }), false);
    assert.equal(matches(regex("regex: ['^.$']"), { body: Buffer.from([0xff]) }), true);
  });

  it("treat status and size as one of a list whatever the condition", () => {
    const status = "matchers:\n  - type: status\n    condition: and\n    status: [200, 302]";
    assert.equal(matches(status, { status: 302 }), true);
    assert.equal(matches(status, { status: 404 }), false);
    const size = "matchers:\n  - type: size\n    condition: and\n    size: [4, 6]";
    assert.equal(matches(size, { body: "größ" }), true);
    assert.equal(matches(size, { body: "12345" }), false);
  });

  it("join matchers by or unless matchers-condition says and", () => {
    const block = (condition: string): string =>
      `${condition}matchers:\n  - type: status\n    status: [200]\n  - type: word\n    words: [never]`;
    assert.equal(matches(block(""), {}), true);
    assert.equal(matches(block("matchers-condition: and\n"), {}), false);
  });

  it("give a hit for each named matcher under or, and one under and", () => {
    const block = (condition: string): string =>
      `matchers-condition: ${condition}\nmatchers:\n  - {type: word, name: one, words: [x]}\n  - {type: word, name: two, words: [y]}\n  - {type: word, words: [x]}`;
    assert.deepEqual(judge(block("or"), { body: "xy" }).hits, [
      { matcherName: "one", extracted: [] },
      { matcherName: "two", extracted: [] },
    ]);
    assert.deepEqual(judge(block("and"), { body: "xy" }).hits, [{ extracted: [] }]);
    assert.deepEqual(judge(block("or"), { body: "x" }).hits, [{ matcherName: "one", extracted: [] }]);
  });

  it("report nothing when only internal matchers matched", () => {
    const block = "matchers:\n  - {type: word, words: [x], internal: true}";
    assert.deepEqual(judge(block, { body: "x" }), { matched: true, hits: [] });
    const mixed = `${block}\n  - {type: word, words: [x]}`;
    assert.equal(judge(mixed, { body: "x" }).hits.length, 1);
  });
});

describe("scan extractors", () => {
  const twoVersions = "v1.2 v3.4 v1.2";

  it("alone give a hit with different values in order", () => {
    const block = "extractors:\n  - {type: regex, regex: ['v[0-9.]+']}";
    assert.deepEqual(judge(block, { body: twoVersions }), { matched: false, hits: [{ extracted: ["v1.2", "v3.4"] }] });
    assert.deepEqual(judge(block, { body: "none" }).hits, []);
  });

  it("keep the group they name and skip patterns that have none", () => {
    const block = "extractors:\n  - {type: regex, group: 1, regex: ['v([0-9])', 'v']}";
    assert.deepEqual(judge(block, { body: twoVersions }).hits, [{ extracted: ["1", "3"] }]);
  });

  it("are hidden by matchers that do not match", () => {
    const block = "matchers:\n  - {type: status, status: [500]}\nextractors:\n  - {type: regex, regex: ['v']}";
    assert.deepEqual(judge(block, { body: "v" }), { matched: false, hits: [] });
    assert.deepEqual(judge(block, { body: "v", status: 500 }).hits, [{ extracted: ["v"] }]);
  });

  it("are a hit each when named, unless a named matcher matched", () => {
    const extractors =
      "extractors:\n  - {type: regex, name: a, regex: ['x']}\n  - {type: regex, name: b, regex: ['y']}\n  - {type: regex, regex: ['z']}";
    assert.deepEqual(judge(extractors, { body: "xyz" }).hits, [
      { extractorName: "a", extracted: ["x"] },
      { extractorName: "b", extracted: ["y"] },
    ]);
    const named = `matchers:\n  - {type: word, name: m, words: [x]}\n${extractors}`;
    assert.deepEqual(judge(named, { body: "xyz" }).hits, [{ matcherName: "m", extracted: ["x", "y", "z"] }]);
  });

  it("run before matchers, which see the value under the extractor's name", () => {
    const block =
      "extractors:\n  - {type: regex, name: found, regex: ['k=.']}\nmatchers:\n  - {type: word, part: found, words: ['k=1']}";
    assert.equal(matches(block, { body: "a k=1" }), true);
    assert.equal(matches(block, { body: "a k=2 k%3D1" }), false);
  });

  it("read headers, cookies and fields by name with kval", () => {
    const headers = [
      ["Server", "nginx"],
      ["Set-Cookie", "sid=Q7; HttpOnly"],
    ] as const;
    const kval = (rest: string): string => `extractors:\n  - {type: kval, ${rest}}`;
    assert.deepEqual(judge(kval("kval: [Server, sid, status_code]"), { headers }).hits, [
      { extracted: ["nginx", "Q7", "200"] },
    ]);
    assert.deepEqual(judge(kval("kval: [sid], case-insensitive: true"), { headers }).hits, [{ extracted: ["q7"] }]);
    assert.deepEqual(judge(kval("kval: [set-cookie]"), { headers }).hits, []);
  });

  it("keep a bounded number of values of a bounded length", () => {
    const block = "extractors:\n  - {type: regex, regex: ['[0-9]+', '(?s)^.*$']}";
    const many = Array.from({ length: 5_000 }, (_none, at) => at).join(" ");
    const [hit] = judge(block, { body: many }).hits;
    assert.equal(hit?.extracted.length, 1_000);
    const [long] = judge("extractors:\n  - {type: regex, regex: ['a+']}", { body: "a".repeat(100_000) }).hits;
    assert.equal(long?.extracted[0]?.length, 16_384);
  });
});
