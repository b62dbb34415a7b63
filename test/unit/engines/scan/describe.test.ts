import assert from "node:assert/strict";
import { describeTemplate } from "../../../../src/engines/scan/template/describe.ts";

/** Keys as `path status`. */
const keysOf = (text: string): readonly string[] =>
  describeTemplate(text).keys.map(({ key, support }) => {
    const status = support === undefined ? "unknown" : support.supported ? "supported" : "refused";
    return `${key} ${status}`;
  });
const sentBy = (text: string): readonly string[] => describeTemplate(text).sends.map(({ request }) => request);

describe("the description of a template", () => {
  it("names the requests of every protocol in a line", () => {
    const text = `
id: k
http:
  - method: POST
    path: ["{{BaseURL}}/a"]
  - raw: ["@timeout: 5s\\nPUT /b HTTP/1.1\\nHost: x\\n\\n"]
dns: [{name: "{{FQDN}}", type: TXT}, {name: x.test}]
tcp: [{host: ["{{Hostname}}"], inputs: [{data: "ping\\r\\n"}]}]
ssl: [{address: "{{Host}}:{{Port}}"}]
websocket: [{address: "{{Scheme}}://{{Hostname}}", inputs: [{data: hello}]}]
file: [{extensions: [conf, env]}]
`;
    assert.deepEqual(sentBy(text), [
      "POST {{BaseURL}}/a",
      "PUT /b HTTP/1.1",
      "TXT {{FQDN}}",
      "A x.test",
      '{{Hostname}} "ping\\r\\n"',
      "{{Host}}:{{Port}}",
      '{{Scheme}}://{{Hostname}} "hello"',
      "files: conf, env",
    ]);
  });

  it("names every key with its place and line, known or not", () => {
    const text =
      "id: k\nhttp:\n  - path: []\n    fuzzing: []\n    matchers:\n      - type: word\n        invented: 1\n";
    assert.deepEqual(keysOf(text), [
      "id supported",
      "http supported",
      "http[0].path supported",
      "http[0].fuzzing refused",
      "http[0].matchers supported",
      "http[0].matchers[0].type supported",
      "http[0].matchers[0].invented unknown",
    ]);
    assert.equal(describeTemplate(text).keys.find(({ key }) => key.endsWith("invented"))?.line, 7);
  });

  it("follows the steps of workflows", () => {
    const step = "{template: a.yaml, matchers: [{name: x, subtemplates: [{tags: y}]}]}";
    assert.deepEqual(keysOf(`id: k\nworkflows: [${step}]\n`), [
      "id supported",
      "workflows supported",
      "workflows[0].template supported",
      "workflows[0].matchers supported",
      "workflows[0].matchers[0].name supported",
      "workflows[0].matchers[0].subtemplates supported",
      "workflows[0].matchers[0].subtemplates[0].tags supported",
    ]);
  });

  it("is empty for what is no template, and short of what has another shape", () => {
    assert.deepEqual(describeTemplate("id: ["), { sends: [], keys: [] });
    assert.deepEqual(sentBy("http: 5\ndns: [1, {name: [x]}]\n"), ["A "]);
  });
});
