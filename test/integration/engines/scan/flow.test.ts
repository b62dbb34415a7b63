import assert from "node:assert/strict";
import { parseTemplate, type Template } from "../../../../src/engines/scan/index.ts";
import { startFlowThread } from "../../../support/engine-threads.ts";
import { closeSites, scan, startSite } from "./site.ts";

const parsed = (text: string): Template => {
  const { template, reasons } = parseTemplate(text, "f.yaml");
  assert.deepEqual(reasons, []);
  assert.ok(template !== undefined);
  return template;
};

const head = "id: f\ninfo: {name: F, author: t, severity: info}\n";

/** Two requests: `/one` and `/two`, each matches when its body has `ok`. */
const two = (flow: string, more = ""): string => `${head}flow: |
${flow.replaceAll(/^/gm, "  ")}
${more}http:
  - id: first
    path: ["{{BaseURL}}/one"]
    matchers: [{type: word, name: one, words: [ok]}]
  - path: ["{{BaseURL}}/two?{{more}}"]
    matchers: [{type: word, name: two, words: [ok]}]
`;

describe("templates with a flow", () => {
  afterEach(closeSites);

  /** What was asked, and the names of what was found. */
  const run = async (
    text: string,
    answer: (url: string) => string,
  ): Promise<{
    readonly asked: readonly string[];
    readonly found: readonly string[];
    readonly errors: readonly string[];
  }> => {
    const asked: string[] = [];
    const site = await startSite(({ url = "" }, response) => {
      asked.push(url);
      response.end(answer(url));
    });
    const { findings, errors, requests } = await scan(site.url, [parsed(text)], { startFlowThread });
    assert.equal(requests.planned, requests.sent + requests.failed + requests.skipped);
    return {
      asked,
      found: findings.map((finding) => finding["matcher-name"] ?? finding["extracted-results"]?.join() ?? "-"),
      errors: errors.map(({ kind, message }) => `${kind}: ${message}`),
    };
  };

  it("run a request only after a match of another one", async () => {
    const flow = two(`set("more", "x"); http("first") && http(2)`);
    const both = await run(flow, () => "ok");
    assert.deepEqual(both, { asked: ["/one", "/two?x"], found: ["one", "two"], errors: [] });
    const none = await run(flow, () => "no");
    assert.deepEqual(none, { asked: ["/one"], found: [], errors: [] });
  });

  it("run a request for each extracted value, with values that the script sets", async () => {
    const text = `${head}flow: |
  http(1)
  for (const mail of iterate(template["mails"])) { set("mail", mail); http(2); }
http:
  - path: ["{{BaseURL}}/"]
    extractors: [{type: regex, name: mails, internal: true, regex: ['[a-z]+@x']}]
  - path: ["{{BaseURL}}/user/{{base64(mail)}}"]
    matchers: [{type: word, words: [Welcome]}]
    extractors: [{type: dsl, name: mail, dsl: [mail]}]
`;
    const several = await run(text, (url) => (url === "/" ? "a@x b@x" : "Welcome"));
    assert.deepEqual(several.asked, ["/", "/user/YUB4", "/user/YkB4"]);
    assert.deepEqual(several.found, ["a@x", "b@x"]);
    const one = await run(text, (url) => (url === "/" ? "c@x" : "Go away"));
    assert.deepEqual(one, { asked: ["/", "/user/Y0B4"], found: [], errors: [] });
    const none = await run(text, () => "nobody");
    assert.deepEqual(none, { asked: ["/"], found: [], errors: [] });
  });

  it("keep the random names of the template when they set a value", async () => {
    const text = two(
      `http(1); set("more", "m"); http(2)`,
      `variables: {name: "{{rand_text_alpha(8)}}", more: "{{name}}"}\n`,
    )
      .replace("/one", "/one?{{more}}")
      .replace("/two?{{more}}", "/two?{{name}}{{more}}");
    const { asked } = await run(text, () => "ok");
    const name = asked[0]?.slice("/one?".length) ?? "";
    assert.match(name, /^[A-Za-z]{8}$/);
    assert.deepEqual(asked, [`/one?${name}`, `/two?${name}m`]);
  });

  it("see the responses of earlier requests by their id", async () => {
    const text = two(
      `http("first"); if (template["first_status_code"] === 200 && template.first_body.includes("go")) http(2)`,
      "variables: {more: v}\n",
    );
    assert.deepEqual((await run(text, () => "go")).asked, ["/one", "/two?v"]);
    assert.deepEqual((await run(text, () => "stay")).asked, ["/one"]);
  });

  it("see the responses of requests without an id by their place", async () => {
    const text = two(`http("first") && http("http_2") && http(3)`)
      .replace("/two?{{more}}", "/two?{{first_status_code}}")
      .concat('  - path: ["{{BaseURL}}/three?{{http_2_body}}"]\n');
    assert.deepEqual((await run(text, () => "ok")).asked, ["/one", "/two?200", "/three?ok"]);
  });

  it("tell when the script fails, and keep what was found before", async () => {
    const { asked, found, errors } = await run(two(`http(1); nothere()`), () => "ok");
    assert.deepEqual({ asked, found }, { asked: ["/one"], found: ["one"] });
    assert.match(errors[0] ?? "", /^flow: ReferenceError/);
    assert.match((await run(two(`http(3)`), () => "ok")).errors[0] ?? "", /no such request/);
  });

  it("are refused when the script is no JavaScript", () => {
    const { status, reasons } = parseTemplate(two("http(1"), "f.yaml");
    assert.equal(status, "invalid");
    assert.equal(reasons[0]?.key, "flow");
  });

  it("fail where there is no thread for them, and nothing is sent", async () => {
    const site = await startSite((_request, response) => response.end("ok"));
    const { errors, requests } = await scan(site.url, [parsed(two("http(1)"))]);
    assert.deepEqual(
      errors.map(({ kind }) => kind),
      ["flow"],
    );
    assert.equal(requests.sent, 0);
    assert.equal(requests.failed > 0, true);
  });
});
