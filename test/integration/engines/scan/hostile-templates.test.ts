import assert from "node:assert/strict";
import { parseTemplate } from "../../../../src/engines/scan/index.ts";
import { startFlowThread, startSearchThread } from "../../../support/engine-threads.ts";
import { kindsOf, scanWith } from "./protocol-scan.ts";
import { closeSites, startSite } from "./site.ts";

const get = (path: string, more: string): string => `http:\n  - path: ["{{BaseURL}}${path}"]\n${more}`;
const word = "    matchers: [{type: word, words: [ok]}]\n";
const dsl = (expression: string): string => `    matchers: [{type: dsl, dsl: ['${expression}']}]\n`;
const json = (filter: string): string => get("/", `    extractors: [{type: json, json: ['${filter}']}]\n`);
const numbers = (count: number): string => JSON.stringify(Array.from({ length: count }, (_none, at) => at));

/** Why a template is not run. */
const refusedFor = (keys: string): readonly string[] => {
  const parsed = parseTemplate(`id: t\ninfo: {name: N, author: a, severity: low}\n${keys}`, "t.yaml");
  assert.notEqual(parsed.status, "supported");
  return parsed.reasons.map(({ message }) => message);
};

/** A site with one page. */
const page = async (body: string, headers: Readonly<Record<string, string>> = {}): Promise<string> =>
  (await startSite((_request, response) => response.writeHead(200, headers).end(body))).url;

describe("the scan engine with hostile templates and sites", () => {
  afterEach(closeSites);

  it("ends a flow that asks for what there is not, and nothing else", async () => {
    const changed = `const { map, join } = Array.prototype;
      Array.prototype.map = function () { return { length: 1, toJSON: () => 5 }; }; http("a");`;
    const deep = `let value = []; for (let at = 0; at < 200; at += 1) value = [value]; set("x", value);`;
    for (const flow of [changed, deep]) {
      const keys = `flow: ${JSON.stringify(flow)}\n${get("/", word)}`;
      const outcome = await scanWith(await page("ok"), keys, { startFlowThread });
      assert.deepEqual(kindsOf(outcome), ["flow"], JSON.stringify(outcome.errors));
    }
  });

  it("does not make texts of texts without end", async () => {
    const doubled = Array.from({ length: 40 }, (_none, at) => `  v${at + 1}: "{{v${at}}}{{v${at}}}"\n`).join("");
    const variables = `variables:\n  v0: "0123456789abcdef"\n${doubled}`;
    const sent: string[] = [];
    const site = await startSite(({ url = "" }, response) => {
      sent.push(url);
      response.end("ok");
    });
    await scanWith(site.url, `${variables}${get("/{{len(v19)}}", word)}`);
    const endless = await scanWith(site.url, `${variables}${get("/{{len(v40)}}", word)}`);
    assert.deepEqual(kindsOf(endless), ["unresolved"]);
    assert.deepEqual(sent, ["/8388608"]);
    const large = `variables:\n  v: '{{repeat("a", 16000000)}}'\n`;
    const outcome = await scanWith(site.url, `${large}${get("/", `    body: "${"{{v}}".repeat(60)}"\n${word}`)}`);
    assert.deepEqual(kindsOf(outcome), ["unresolved"]);
  });

  it("sends nothing that is made of what has no value", async () => {
    const variables = 'variables:\n  inner: "{{nothing}}"\n  outer: "-{{inner}}-"\n';
    for (const name of ["inner", "outer", "md5(inner)"]) {
      const outcome = await scanWith(await page("ok"), variables + get(`/{{${name}}}`, word));
      assert.deepEqual(
        outcome.errors.map(({ message }) => message),
        ["variable {{nothing}} has no value; not sent"],
      );
      const kept = await scanWith(
        await page("ok"),
        variables + get(`/{{${name}}}`, `    skip-variables-check: true\n${word}`),
      );
      assert.equal(kept.requests.sent, 1);
    }
  });

  it("judges a page that is nested without end, or says that it cannot", async () => {
    const site = await page("[".repeat(20_000) + "]".repeat(20_000));
    assert.deepEqual(kindsOf(await scanWith(site, get("/", dsl('json_prettify(body) == ""')))), []);
    const nested = await page("[".repeat(9_000) + "]".repeat(9_000));
    const outcome = await scanWith(nested, json("."), { startSearchThread });
    assert.deepEqual(kindsOf(outcome), ["judging-timeout"]);
  });

  it("refuses patterns and filters that become too much when they are compiled", () => {
    const before = performance.now();
    const regex = (patterns: readonly string[]): string =>
      get("/", `    matchers: [{type: regex, regex: ${JSON.stringify(patterns)}}]\n`);
    assert.match(refusedFor(regex(["(\\pL{1000})".repeat(100)])).join(), /more than 50000 instructions/);
    const many = Array.from({ length: 2_000 }, (_none, at) => `${at}\\pL{1000}`);
    assert.match(refusedFor(regex(many)).join(), /too large together/);
    assert.match(refusedFor(get("/", dsl(`body =~ "${"(a{1000})".repeat(1_000)}"`))).join(), /instructions/);
    assert.match(refusedFor(json('"a" * 100000000')).join(), /repeats a text/);
    assert.match(refusedFor(json('("a" * 9999) * 9999')).join(), /repeats a text/);
    assert.ok(performance.now() - before < 8_000);
  });

  it("lets others have their turn while nothing can be sent, and does not list each failure", async () => {
    const payloads = `    attack: clusterbomb\n    payloads: {a: ${numbers(100)}, b: ${numbers(150)}}\n`;
    for (const path of ["/{{nothing}}/{{a}}{{b}}", "http://elsewhere.test/{{a}}{{b}}"]) {
      const keys = get(path, payloads + word).replace("{{BaseURL}}http", "http");
      let turns = 0;
      const timer = setInterval(() => (turns += 1), 5);
      const { errors, requests } = await scanWith("http://127.0.0.1:1", keys);
      clearInterval(timer);
      assert.equal(requests.failed, 15_000);
      assert.equal(errors.length, 1_001);
      assert.match(errors.at(-1)?.message ?? "", /^14000 more errors/);
      assert.ok(turns > 3, `${turns} turns`);
    }
  });

  it("does not let a site tell of interactions", async () => {
    const site = await page("ok", { "Interactsh-Protocol": "dns", "Set-Cookie": "interactsh_request=dns" });
    for (const part of ["interactsh_protocol", "interactsh_request"]) {
      const keys = get("/", `    matchers: [{type: word, part: ${part}, words: [dns]}]\n`);
      assert.deepEqual((await scanWith(site, keys)).findings, []);
    }
  });

  it("says what of a page it has not read, unless the template wants no more", async () => {
    const site = await page("x".repeat(2_000));
    const setup = { http: { maxBodyBytes: 1_000 } };
    const absent = "    matchers: [{type: word, negative: true, words: [ok]}]\n";
    const outcome = await scanWith(site, get("/", absent), setup);
    assert.deepEqual(
      outcome.errors.map(({ message }) => message),
      ["only the first 1000 bytes of the body were read"],
    );
    assert.equal(outcome.findings.length, 1);
    assert.deepEqual(kindsOf(await scanWith(site, get("/", `    max-size: 10\n${absent}`), setup)), []);
  });

  it("says that an expression could not ask the network", async () => {
    const outcome = await scanWith(await page("ok"), get("/", dsl('resolve("elsewhere.test") == ""')));
    assert.match(outcome.errors.map(({ message }) => message).join(), /elsewhere\.test is not in scope/);
  });

  it("reads a login's challenge in no time, whatever it is made of", async () => {
    const site = await startSite((_request, response) => {
      response
        .writeHead(401, { "WWW-Authenticate": Array.from({ length: 20 }, () => `digest ${"a".repeat(700)}`) })
        .end();
    });
    const before = performance.now();
    await scanWith(site.url, get("/", `    digest-username: a\n    digest-password: b\n${word}`));
    assert.ok(performance.now() - before < 1_000);
  });
});
