import assert from "node:assert/strict";
import { settle, type ClientLog } from "../../../src/bin/demo/ledger.ts";
import type { SeenRequest } from "../../../src/bin/demo/site-process.ts";
import { parseTemplate, type Finding, type Template } from "../../../src/engines/scan/index.ts";

const template = (id: string, paths: readonly string[], more = ""): Template => {
  const text = `id: ${id}
info: {name: ${id}, author: test, severity: low}
http:
  - path: [${paths.map((path) => `"{{BaseURL}}${path}"`).join(", ")}]
${more}    matchers:
      - {type: status, status: [200]}
`;
  const parsed = parseTemplate(text, `${id}.yaml`).template;
  if (parsed === undefined) throw new Error(text);
  return parsed;
};

const target = "http://127.0.0.1:8080";
const get = (path: string): SeenRequest => ({ method: "GET", path });
const finding = (id: string, fingerprint: string): Finding => ({
  "template-id": id,
  "template-path": `${id}.yaml`,
  info: { name: id, author: ["test"], severity: "low" },
  type: "http",
  host: "127.0.0.1:8080",
  port: "8080",
  scheme: "http",
  url: target,
  path: "",
  "matched-at": `${target}/a`,
  request: "",
  response: "",
  timestamp: "2026-01-01T00:00:00.000Z",
  "curl-command": "",
  "matcher-status": true,
  fingerprint,
});
const client = (accepted: Readonly<Record<string, number>> = {}): ClientLog => ({
  accepted: new Map(Object.entries(accepted)),
  restarts: 3,
  takeoverMs: 12.6,
});

describe("the ledger of the demo", () => {
  const both = [template("one", ["/a", "/b"]), template("two", ["/a"])];
  const all = [get("/a"), get("/b"), get("/a")];

  it("counts every planned request that the site has seen as done", () => {
    assert.deepEqual(settle([target], both, all, [], client({ "run1-0.000000": 1 })), {
      ...{ system: "scan", planned: 3, done: 3, doneTwice: 0, lost: 0, restarts: 3, takeoverMs: 13 },
    });
  });

  it("counts a request that the site has not seen as lost", () => {
    const { done, lost } = settle([target], both, [get("/a"), get("/a")], [], client());
    assert.deepEqual({ done, lost }, { done: 2, lost: 1 });
  });

  it("wants a request of its own for each template: one that two of them plan has to be seen twice", () => {
    assert.equal(settle([target], both, [get("/a"), get("/b")], [], client()).lost, 1);
  });

  it("wants every target, and the method that was planned", () => {
    assert.equal(settle([target, `${target}/shop`], both, all, [], client()).lost, 3);
    assert.equal(settle([target], both, [get("/a"), get("/b"), { method: "POST", path: "/a" }], [], client()).lost, 1);
  });

  it("excuses what was not asked after a match only for templates that stop at their first one", () => {
    const stopping = [template("stop", ["/a", "/b"], "    stop-at-first-match: true\n")];
    const going = [template("stop", ["/a", "/b"])];
    const found = [finding("stop", "f1")];
    assert.equal(settle([target], stopping, [get("/a")], found, client()).lost, 0);
    assert.equal(settle([target], stopping, [get("/a")], [], client()).lost, 1, "no match, no excuse");
    assert.equal(settle([target], going, [get("/a")], found, client()).lost, 1);
  });

  it("counts an end that was accepted again, and a finding that is there again, as done twice", () => {
    assert.equal(settle([target], both, all, [], client({ a: 1, b: 3 })).doneTwice, 2);
    const twice = [finding("one", "f1"), finding("one", "f1"), finding("one", "f2")];
    assert.equal(settle([target], both, all, twice, client()).doneTwice, 1);
  });
});
