import assert from "node:assert/strict";
import { parseTemplate, type Template } from "../../../../src/engines/scan/index.ts";
import { LoopbackEngine, type SiteRun } from "../../../support/scan-sites/loopback-engine.ts";
import { httpSite } from "../../../unit/engines/scan/key-cases/http-site.ts";
import { Servers } from "../../../unit/engines/scan/key-cases/sites.ts";
import { blockText, templateText } from "../../../unit/engines/scan/key-cases/template-text.ts";

const compiled = (text: string): Template => {
  const parsed = parseTemplate(text, "k.yaml");
  assert.ok(parsed.status === "supported", JSON.stringify(parsed.reasons));
  return parsed.template;
};

describe("{{randstr}} in templates", () => {
  const servers = new Servers();
  let engine: LoopbackEngine;
  before(async () => {
    engine = await LoopbackEngine.start(servers);
  });
  after(async () => {
    await engine.close();
    await servers.close();
  });

  const run = (text: string): Promise<SiteRun> =>
    engine.run(
      [compiled(text)],
      httpSite(({ path }) => path, { show: ({ path }) => path }),
    );

  it("is one text for all requests and matchers of a run, and another one with a suffix", async () => {
    const { sent, findings, errors } = await run(
      blockText(
        "http",
        `raw:
  - |
    GET /{{randstr}}/{{randstr_1}}/{{randstr}} HTTP/1.1
    Host: {{Hostname}}
  - |
    GET /again/{{randstr}} HTTP/1.1
    Host: {{Hostname}}
matchers-condition: and
matchers:
  - {type: word, part: body_1, words: ["{{randstr}}/{{randstr_1}}"]}
  - {type: dsl, dsl: ['contains(body_2, "{{randstr}}")']}`,
      ),
    );
    const [first = "", second = ""] = sent;
    const [, name, other, same] = /^\/([0-9A-Za-z]{27})\/([0-9A-Za-z]{27})\/([0-9A-Za-z]{27})$/.exec(first) ?? [];
    assert.ok(name !== undefined, first);
    assert.equal(same, name);
    assert.notEqual(other, name);
    assert.equal(second, `/again/${name}`);
    assert.equal(findings.length, 1);
    assert.deepEqual(errors, []);
  });

  it("is known to the variables of the template, and another one in each run", async () => {
    const text = templateText(
      'variables: {id: "x-{{randstr}}"}\nhttp:\n  - path: ["{{BaseURL}}/{{id}}", "{{BaseURL}}/{{id}}"]',
    );
    const { sent } = await run(text);
    assert.match(sent[0] ?? "", /^\/x-[0-9A-Za-z]{27}$/);
    assert.equal(sent[1], sent[0]);
    assert.notEqual((await run(text)).sent[0], sent[0]);
  });

  it("stands in patterns too", async () => {
    const { sent, findings } = await run(
      blockText(
        "http",
        `path: ["{{BaseURL}}/{{randstr}}/end"]
matchers: [{type: regex, regex: ["^/{{randstr}}/e"]}]
extractors: [{type: regex, regex: ["{{randstr}}/(?:begin|end)"]}]`,
      ),
    );
    assert.deepEqual(
      findings.map((finding) => finding["extracted-results"]),
      [[sent[0]?.slice(1)]],
    );
  });

  it("gives the same fingerprint in each run", async () => {
    const text = blockText("http", 'path: ["{{BaseURL}}/{{randstr}}"]\nmatchers: [{type: status, status: [200]}]');
    const [first, second] = [await run(text), await run(text)];
    assert.equal(first.findings[0]?.fingerprint, second.findings[0]?.fingerprint);
    assert.notEqual(first.findings[0]?.["matched-at"], second.findings[0]?.["matched-at"]);
  });
});
