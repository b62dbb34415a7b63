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
    assert.deepEqual(ofBlock(`${path}\nfuzzing: [{part: query}]\nglobal-matchers: true\nnonsense: 1`), [
      "refused 8 http[0].fuzzing",
      "refused 9 http[0].global-matchers",
      "refused 10 http[0].nonsense",
    ]);
    assert.deepEqual(reasons(`${withBlock(path)}headless: []\nself-made: 1\n`), [
      "refused 8 headless",
      "refused 9 self-made",
    ]);
    const file = parseTemplate(`id: d\ninfo: {name: n, author: a}\nwhois: []\nhttp:\n  - ${path}\n`, "t.yaml");
    assert.equal(file.status, "refused");
    assert.deepEqual(file.protocols, ["whois", "http"]);
    assert.equal(file.id, "d");
  });

  it("refuse types and helpers that are not run, wherever they stand", () => {
    const block = [
      'path: ["{{BaseURL}}/{{public_ip()}}"]',
      "headers:",
      '  X-A: "{{llm_prompt(1)}}"',
      'body: "{{nonsense(1)}}"',
      "matchers:",
      "  - type: strange",
      "  - words: [x]",
    ].join("\n");
    assert.deepEqual(ofBlock(block), [
      "refused 7 http[0].path[0]",
      "refused 9 http[0].headers.X-A",
      "refused 12 http[0].matchers[0].type",
      "invalid 13 http[0].matchers[1].type",
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

  it("refuse tunnels and headers that cannot be sent", () => {
    assert.deepEqual(
      ofBlock(`${path}\nmethod: CONNECT\nheaders:\n  Content-Length: "5"\n  X-A: "a\\r\\nB: c"\n  "bad name": x`),
      ["refused 8 http[0].method", "invalid 11 http[0].headers.X-A", "invalid 12 http[0].headers.bad name"],
    );
  });

  it("need paths that lead somewhere", () => {
    assert.deepEqual(ofBlock("path: [/admin, '{{Hostname}}/x', ok]"), [
      "invalid 7 http[0].path[0]",
      "invalid 7 http[0].path[1]",
      "invalid 7 http[0].path[2]",
    ]);
    assert.deepEqual(ofBlock("method: GET"), ["invalid 7 http[0].path"]);
    assert.deepEqual(ofBlock(`${path}\nraw: ["GET / HTTP/1.1"]`), ["invalid 8 http[0].raw"]);
    assert.deepEqual(ofBlock('raw: ["@once"]'), ["invalid 7 http[0].raw[0]"]);
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
