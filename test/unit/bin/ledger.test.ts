import assert from "node:assert/strict";
import { settle, type ClientLog } from "../../../src/bin/demo/ledger.ts";
import type { SeenRequest } from "../../../src/bin/demo/site-process.ts";
import { takeoverMs } from "../../../src/bin/demo/takeover.ts";
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
const get = (path: string, atMs = 0): SeenRequest => ({ method: "GET", path, atMs });
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
const client = (...reported: readonly number[]): ClientLog => ({ reported, restarts: 1, takeoverMs: 12.6 });

describe("the ledger of the demo", () => {
  const both = [template("one", ["/a", "/b"]), template("two", ["/a"])];
  const all = [get("/a"), get("/b"), get("/a")];

  it("counts every planned request that the site has seen as done", async () => {
    assert.deepEqual(await settle([target], both, all, [], client(3)), {
      ...{ system: "scan", planned: 3, done: 3, doneTwice: 0, lost: 0, restarts: 1, takeoverMs: 13 },
    });
  });

  it("counts a request that the site has not seen as lost", async () => {
    const { done, lost } = await settle([target], both, [get("/a"), get("/a")], [], client(3));
    assert.deepEqual({ done, lost }, { done: 2, lost: 1 });
  });

  it("wants a request of its own for each template: one that two of them plan has to be seen twice", async () => {
    assert.equal((await settle([target], both, [get("/a"), get("/b")], [], client(3))).lost, 1);
  });

  it("wants every target, and the method that was planned", async () => {
    assert.equal((await settle([target, `${target}/shop`], both, all, [], client(3, 3))).lost, 3);
    const posted = [get("/a"), get("/b"), { method: "POST", path: "/a", atMs: 0 }];
    assert.equal((await settle([target], both, posted, [], client(3))).lost, 1);
  });

  it("excuses what was not asked after a match only for templates that stop at their first one", async () => {
    const stopping = [template("stop", ["/a", "/b"], "    stop-at-first-match: true\n")];
    const going = [template("stop", ["/a", "/b"])];
    const found = [finding("stop", "f1")];
    assert.equal((await settle([target], stopping, [get("/a")], found, client(2))).lost, 0);
    assert.equal((await settle([target], stopping, [get("/a")], [], client(2))).lost, 1, "no match, no excuse");
    assert.equal((await settle([target], going, [get("/a")], found, client(2))).lost, 1);
  });

  it("counts what no report accounts for as lost, although the site has seen it", async () => {
    assert.equal((await settle([target], both, all, [], client(1))).lost, 2);
  });

  it("does not let one scan that reports too much make up for one that reports too little", async () => {
    const targets = [target, `${target}/shop`];
    const seen = [...all, get("/shop/a"), get("/shop/b"), get("/shop/a")];
    const { lost, doneTwice } = await settle(targets, both, seen, [], client(1, 5));
    assert.deepEqual({ lost, doneTwice }, { lost: 2, doneTwice: 2 });
  });

  it("plans a request once that several templates share", async () => {
    const shared = [...both, template("three", ["/a"])];
    const { planned, done, lost } = await settle([target], shared, all, [], client(3));
    assert.deepEqual({ planned, done, lost }, { planned: 3, done: 3, lost: 0 });
  });

  it("excuses a shared request that each template sent for itself, only where a part of the scan was split", async () => {
    const shared = [...both, template("three", ["/a"])];
    const twice = async (reported: number, split: boolean): Promise<number> =>
      (await settle([target], shared, all, [], { ...client(reported), split: [split] })).doneTwice;
    assert.deepEqual([await twice(4, true), await twice(5, true), await twice(4, false)], [0, 1, 1]);
  });

  it("counts what is reported beyond the plan, and a finding that is there again, as done twice", async () => {
    assert.equal((await settle([target], both, all, [], client(5))).doneTwice, 2);
    const twice = [finding("one", "f1"), finding("one", "f1"), finding("one", "f2")];
    assert.equal((await settle([target], both, all, twice, client(3))).doneTwice, 1);
  });
});

describe("the takeover as the site sees it", () => {
  const templates = [template("one", ["/a", "/b"]), template("two", ["/c"])];

  it("is the longest time from the kill to the first repeated request of a template", async () => {
    const seen = [get("/a", 10), get("/b", 20), get("/c", 30), get("/c", 140), get("/a", 190), get("/b", 500)];
    assert.equal(await takeoverMs([target], templates, seen, 100), 90);
  });

  it("is 0 when nothing was under way", async () => {
    assert.equal(await takeoverMs([target], templates, [get("/a", 10), get("/b", 120), get("/c", 130)], 100), 0);
  });

  it("leaves out requests that several templates plan: seeing them again says nothing", async () => {
    const alike = [...templates, template("three", ["/c", "/d"])];
    assert.equal(await takeoverMs([target], alike, [get("/c", 30), get("/c", 140)], 100), 0);
  });
});
