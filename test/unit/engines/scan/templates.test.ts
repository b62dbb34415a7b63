import assert from "node:assert/strict";
import { parseTemplate } from "../../../../src/engines/scan/index.ts";
import { compiled, withBlock } from "./sample.ts";

const path = 'path: ["{{BaseURL}}"]';

const reasons = (text: string): readonly string[] =>
  parseTemplate(text, "t.yaml").reasons.map(({ kind, line, key }) => `${kind} ${line} ${key}`);

const ofBlock = (block: string): readonly string[] => reasons(withBlock(block));

describe("scan templates", () => {
  it("compile with every key of info kept", () => {
    const { info, id, requestCount } = compiled(`id: a-b_C1
info:
  name: Name
  author: One, Two
  severity: HIGH
  tags: x,Y
  reference: https://example.com/a,b
  impact: big
  metadata: {max-request: 2, nested: {deep: [1]}}
  classification: {cve-id: CVE-2020-1, cvss-score: 9.8}
requests:
  - {${path}}
`);
    assert.equal(id, "a-b_C1");
    assert.equal(requestCount, 1);
    assert.deepEqual(info, {
      name: "Name",
      author: ["one", "two"],
      severity: "high",
      tags: ["x", "y"],
      reference: ["https://example.com/a,b"],
      impact: "big",
      metadata: { "max-request": 2, nested: { deep: [1] } },
      classification: { "cve-id": ["cve-2020-1"], "cvss-score": 9.8 },
    });
  });

  it("are invalid with the line of a YAML error", () => {
    const file = parseTemplate("id: a\ninfo:\n  name: 'open\n", "t.yaml");
    assert.equal(file.status, "invalid");
    assert.equal(file.reasons[0]?.line, 4);
    assert.match(file.reasons[0]?.message ?? "", /YAML/);
    assert.equal(parseTemplate("id: a\nid: b\n", "t.yaml").reasons.find(({ line }) => line === 2)?.key, "id");
    assert.equal(parseTemplate("- a\n", "t.yaml").status, "invalid");
    assert.equal(parseTemplate("", "t.yaml").status, "invalid");
  });

  it("need id, info, name, author and something to send", () => {
    assert.deepEqual(reasons("info: {severity: urgent}\n"), [
      "invalid 1 info.name",
      "invalid 1 info.author",
      "invalid 1 info.severity",
      "invalid 1 http",
      "invalid 1 id",
    ]);
    assert.deepEqual(reasons(withBlock(path).replace("sample", "no spaces")), ["invalid 1 id"]);
  });

  it("refuse what is not implemented by its key and line", () => {
    assert.deepEqual(ofBlock(`${path}\npayloads: {a: [1]}\nraw: [x]\nnonsense: 1`), [
      "refused 8 http[0].payloads",
      "refused 9 http[0].raw",
      "refused 10 http[0].nonsense",
    ]);
    assert.deepEqual(reasons(`${withBlock(path)}flow: http()\nvariables: {a: b}\n`), [
      "refused 8 flow",
      "refused 9 variables",
    ]);
    const file = parseTemplate(`id: d\ninfo: {name: n, author: a}\ndns: []\nhttp:\n  - ${path}\n`, "t.yaml");
    assert.equal(file.status, "refused");
    assert.deepEqual(file.protocols, ["dns", "http"]);
    assert.equal(file.id, "d");
  });

  it("refuse types, parts and keys of operators", () => {
    assert.deepEqual(
      ofBlock(`${path}\nmatchers:\n  - type: dsl\n    dsl: ["true"]\n  - type: strange\n  - words: [x]`),
      [
        "refused 9 http[0].matchers[0].type",
        "refused 10 http[0].matchers[0].dsl",
        "refused 11 http[0].matchers[1].type",
        "invalid 12 http[0].matchers[2].type",
      ],
    );
    assert.deepEqual(
      ofBlock(
        `${path}\nmatchers:\n  - {type: word, words: [x], part: interactsh_protocol}\n  - {type: word, words: [x], part: body_2}`,
      ),
      ["refused 9 http[0].matchers[0].part", "refused 10 http[0].matchers[1].part"],
    );
    assert.deepEqual(ofBlock(`${path}\nextractors:\n  - {type: regex, regex: [x], internal: true}`), [
      "refused 9 http[0].extractors[0].internal",
    ]);
  });

  it("refuse placeholders they cannot fill, wherever they stand", () => {
    const block = [
      'path: ["{{BaseURL}}/{{user}}"]',
      "headers:",
      '  X-A: "{{md5(1)}}"',
      'body: "a §pay§"',
      "matchers:",
      '  - {type: word, words: [ok, "{{interactsh-url}}"]}',
    ].join("\n");
    assert.deepEqual(ofBlock(block), [
      "refused 7 http[0].path[0]",
      "refused 9 http[0].headers.X-A",
      "refused 10 http[0].body",
      "refused 12 http[0].matchers[0].words[1]",
    ]);
  });

  it("are invalid where nuclei does not compile them", () => {
    assert.deepEqual(
      ofBlock(
        `${path}\nmatchers:\n  - type: regex\n    regex:\n      - ok\n      - "(?!look)"\n  - type: regex\n    regex: [x]\n    case-insensitive: true`,
      ),
      ["invalid 12 http[0].matchers[0].regex[1]", "invalid 15 http[0].matchers[1].case-insensitive"],
    );
    assert.deepEqual(
      ofBlock(
        `${path}\nmatchers:\n  - {type: status, words: [x], status: [200]}\n  - {type: word}\n  - {type: status, status: ["x"]}`,
      ),
      [
        "invalid 9 http[0].matchers[0].words",
        "invalid 10 http[0].matchers[1].words",
        "invalid 11 http[0].matchers[2].status[0]",
        "invalid 11 http[0].matchers[2].status",
      ],
    );
    assert.deepEqual(ofBlock(`${path}\nmatchers-condition: xor\nmethod: FETCH\nredirects: maybe\nmax-redirects: -1`), [
      "invalid 8 http[0].matchers-condition",
      "invalid 9 http[0].method",
      "invalid 10 http[0].redirects",
      "invalid 11 http[0].max-redirects",
    ]);
  });

  it("refuse to frame messages and to smuggle headers", () => {
    assert.deepEqual(
      ofBlock(`${path}\nmethod: CONNECT\nheaders:\n  Content-Length: "5"\n  X-A: "a\\r\\nB: c"\n  "bad name": x`),
      [
        "refused 8 http[0].method",
        "refused 10 http[0].headers.Content-Length",
        "invalid 11 http[0].headers.X-A",
        "invalid 12 http[0].headers.bad name",
      ],
    );
  });

  it("need paths that lead somewhere", () => {
    assert.deepEqual(ofBlock("path: [/admin, '{{Hostname}}/x', ok]"), [
      "invalid 7 http[0].path[0]",
      "invalid 7 http[0].path[1]",
      "invalid 7 http[0].path[2]",
    ]);
    assert.deepEqual(ofBlock("method: GET"), ["invalid 7 http[0].path"]);
  });

  it("bound what a file may ask for", () => {
    const limits = { fileBytes: 10_000, files: 1, requestsPerTemplate: 2, operatorsPerBlock: 1, folderDepth: 1 };
    const status = (text: string): string => parseTemplate(text, "t.yaml", limits).status;
    assert.equal(status(withBlock('path: ["{{BaseURL}}/1", "{{BaseURL}}/2"]')), "supported");
    assert.equal(status(withBlock('path: ["{{BaseURL}}/1", "{{BaseURL}}/2", "{{BaseURL}}/3"]')), "invalid");
    assert.equal(
      status(withBlock(`${path}\nmatchers:\n  - {type: status, status: [1]}\n  - {type: status, status: [2]}`)),
      "invalid",
    );
    assert.equal(status(`${withBlock(path)}# ${"x".repeat(10_000)}`), "invalid");
  });

  it("survive hostile YAML in little time", () => {
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (let at = 0; at < 12; at += 1) {
      const name = String.fromCharCode(98 + at);
      bomb.push(
        `${name}: &${name} [${Array(9)
          .fill(`*${String.fromCharCode(97 + at)}`)
          .join(", ")}]`,
      );
    }
    const hostile = {
      bomb: `id: x\ninfo:\n${bomb.map((line) => `  ${line}`).join("\n")}\nhttp:\n  - ${path}\n`,
      brackets: "[".repeat(500_000),
      lists: "- ".repeat(250_000),
      keys: "? ".repeat(250_000),
      maps: "{a: ".repeat(100_000),
      aliases: `a: &a x\nb: [${"*a, ".repeat(20_000)}]`,
      repeated: "a: 1\n".repeat(20_000),
      documents: "---\n".repeat(20_000),
      prototype: "__proto__: {id: x}\nconstructor: 1\n",
    };
    const before = performance.now();
    for (const [name, text] of Object.entries(hostile)) {
      const file = parseTemplate(text, "t.yaml");
      assert.equal(file.status, "invalid", name);
      assert.ok(file.reasons.length <= 200, name);
    }
    assert.ok(performance.now() - before < 5_000);
  });
});
