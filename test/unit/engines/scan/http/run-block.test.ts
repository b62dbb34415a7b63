import assert from "node:assert/strict";
import { systemClock } from "../../../../../src/base/clock.ts";
import { createScanEngine, type ScanEngineSetup, type ScanOutcome } from "../../../../../src/engines/scan/index.ts";
import { httpSite } from "../key-cases/http-site.ts";
import { Servers } from "../key-cases/sites.ts";
import { compiled, withBlock } from "../sample.ts";

const ok = "matchers: [{type: word, words: [ok]}]";

/** `/login/a` gives a token, every other path says ok. */
const answer = ({ path }: { readonly path: string }): string => (path === "/login/a" ? "token=t1 ok" : "ok");

describe("running a block of http requests", () => {
  const servers = new Servers();
  after(() => servers.close());

  const run = async (
    block: (target: string) => string,
    setup: Partial<ScanEngineSetup> = {},
    head = "",
  ): Promise<ScanOutcome & { readonly sent: readonly string[] }> => {
    const { target, sent } = await httpSite(answer).open(servers);
    const engine = createScanEngine({ clock: systemClock, scope: ["127.0.0.0/8"], ...setup });
    try {
      const templates = [compiled(head + withBlock(block(target)))];
      const outcome = await engine.run({ target, templates, signal: new AbortController().signal });
      return { ...outcome, sent: sent() };
    } finally {
      await engine.close();
    }
  };

  it("leaves out what is behind a request that cannot be made, and goes on with the next combination", async () => {
    const block = [
      'raw: ["GET /login/{{user}} HTTP/1.1", "GET /{{token_of_no_one}} HTTP/1.1", "GET /after HTTP/1.1"]',
      "payloads: {user: [x, y]}",
      "threads: 1",
      ok,
    ].join("\n");
    const { sent, requests, errors } = await run(() => block);
    assert.deepEqual(sent, ["GET /login/x", "GET /login/y"]);
    assert.deepEqual(requests, { planned: 6, sent: 2, failed: 2, skipped: 2, redirects: 0, retries: 0 });
    assert.deepEqual(
      errors.map(({ kind }) => kind),
      ["unresolved", "unresolved"],
    );
  });

  it("hands what one request gave to the next one", async () => {
    const block = [
      'path: ["{{BaseURL}}/login/a", "{{BaseURL}}/use/{{token}}"]',
      "extractors: [{type: regex, name: token, internal: true, group: 1, regex: ['token=(\\w+)']}]",
      'matchers: [{type: dsl, dsl: [\'contains(body_1, "token") && body_2 == "ok"\']}]',
    ].join("\n");
    const { sent, findings } = await run(() => block);
    assert.deepEqual(sent, ["GET /login/a", "GET /use/t1"]);
    assert.equal(findings.length, 1);
  });

  it("hands on the first of several values under the name, and the others with numbers", async () => {
    const block = [
      'path: ["{{BaseURL}}/list", "{{BaseURL}}/{{v}}/{{v1}}"]',
      "extractors: [{type: regex, name: v, internal: true, part: request, regex: ['Garrison', 'Mozilla']}]",
    ].join("\n");
    assert.deepEqual((await run(() => block)).sent, ["GET /list", "GET /Garrison/Mozilla"]);
  });

  it("iterates over the longest list, with the last values of shorter ones", async () => {
    const block = [
      'path: ["{{BaseURL}}/login/a", "{{BaseURL}}/{{letter}}/{{token}}"]',
      "iterate-all: true",
      "extractors: [",
      "  {type: regex, name: letter, internal: true, regex: ['t', 'o', 'k']},",
      "  {type: regex, name: token, internal: true, regex: ['t1', 'ok']}]",
    ].join("\n");
    const { sent } = await run(() => block);
    assert.deepEqual(sent, ["GET /login/a", "GET /t/t1", "GET /o/ok", "GET /k/ok"]);
  });

  it("takes what was extracted over a variable of the same name, also in what is made of it", async () => {
    const block = [
      'path: ["{{BaseURL}}/login/a", "{{BaseURL}}/{{token}}/{{made}}/{{name}}", "{{BaseURL}}/{{name}}"]',
      "extractors: [{type: regex, name: token, internal: true, group: 1, regex: ['token=(\\w+)']}]",
    ].join("\n");
    const variables = 'variables: {token: none, made: "{{to_upper(token)}}", name: "{{rand_text_alpha(8)}}"}\n';
    const { sent } = await run(() => block, {}, variables);
    const name = /[A-Za-z]{8}$/.exec(sent[2] ?? "")?.[0] ?? "";
    assert.deepEqual(sent, ["GET /login/a", `GET /t1/T1/${name}`, `GET /${name}`]);
  });

  it("looks back from every combination at what was sent once, before all others", async () => {
    const block = [
      'raw: ["@once\\nGET /login/a HTTP/1.1", "GET /use/{{user}} HTTP/1.1"]',
      "payloads: {user: [x, y, z]}",
      'matchers: [{type: dsl, dsl: [\'contains(body_1, "token") && body_2 == "ok"\']}]',
    ].join("\n");
    const { sent, findings } = await run(() => block);
    assert.deepEqual(sent.slice(0, 2), ["GET /login/a", "GET /use/x"]);
    assert.equal(sent.length, 4);
    assert.equal(findings.length, 3);
  });

  it("makes a request when it is its turn: the first match of a million ends it", async () => {
    const list = Array.from({ length: 1_000 }, (_, at) => at).join(", ");
    const block = [
      'path: ["{{BaseURL}}/{{a}}/{{b}}"]',
      "attack: clusterbomb",
      `payloads: {a: [${list}], b: [${list}]}`,
      "stop-at-first-match: true",
      ok,
    ].join("\n");
    const { sent, requests } = await run(() => block);
    assert.deepEqual(sent, ["GET /0/0"]);
    assert.equal(requests.planned, 1_000_000);
  });

  it("tells findings of different payloads apart, the same way in every scan", async () => {
    const block = `path: ["{{BaseURL}}/{{p}}?{{rand_text_alpha(8)}}"]\npayloads: {p: [a, b]}\n${ok}`;
    const prints = async (): Promise<readonly string[]> =>
      (await run(() => block)).findings.map(({ fingerprint }) => fingerprint).toSorted();
    const first = await prints();
    assert.equal(new Set(first).size, 2);
    assert.deepEqual(await prints(), first);
  });

  it("sends requests that bring their own target to it, by URL or by Host, where that is enabled", async () => {
    const block = (target: string): string => {
      const host = target.replace(/^http:\/\/|\/$/g, "");
      const raws = [`GET http://${host}/by-url?x HTTP/1.1\nHost: {{Hostname}}`, `GET /by-host HTTP/1.1\nHost: ${host}`];
      return `raw: ${JSON.stringify(raws)}\nself-contained: true\n${ok}`;
    };
    const { sent, findings, errors } = await run(block, { enable: { selfContained: true } });
    assert.deepEqual(errors, []);
    assert.deepEqual(sent, ["GET /by-url?x", "GET /by-host"]);
    assert.equal(findings.length, 2);
    const without = await run(block);
    assert.deepEqual(without.sent, []);
    assert.deepEqual(
      without.errors.map(({ kind }) => kind),
      ["disabled"],
    );
  });

  it("refuses to race several requests, and to look back from a race", () => {
    const problems = (block: string): unknown => {
      try {
        compiled(withBlock(block));
        return "none";
      } catch (thrown) {
        return thrown instanceof assert.AssertionError ? "some" : thrown;
      }
    };
    const race = "race: true\nrace_count: 2";
    assert.equal(problems(`path: ["{{BaseURL}}"]\n${race}\n${ok}`), "none");
    assert.equal(problems(`path: ["{{BaseURL}}", "{{BaseURL}}/a"]\n${race}\n${ok}`), "some");
    assert.equal(
      problems(`path: ["{{BaseURL}}"]\n${race}\nmatchers: [{type: word, part: body_1, words: [x]}]`),
      "some",
    );
  });
});
