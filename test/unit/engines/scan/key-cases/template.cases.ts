import { startFlowThread } from "../../../../support/engine-threads.ts";
import { pageSite, pathsSite } from "./http-site.ts";
import type { KeyCase } from "./key-case.ts";
import { blockText, pageText, templateText } from "./template-text.ts";

const word = "matchers: [{type: word, words: [ok]}]";
const site = pageSite("ok");
const placeholderText = (name: string): string => blockText("http", `path: ["{{BaseURL}}/{{${name}}}"]\n${word}`);

export const templateCases: readonly KeyCase[] = [
  {
    place: "template",
    key: "id",
    shows: "findings carry it",
    template: pageText(word),
    to: "another",
    site,
    expected: { findings: ["k"] },
    changed: { findings: ["another"] },
  },
  {
    place: "template",
    key: "info",
    shows: "findings carry it, with keys that nobody knows",
    template: pageText(word),
    to: { name: "Other", author: "x", severity: "HIGH", custom: [1] },
    site,
    show: ({ info }) => JSON.stringify(info),
    expected: { findings: ['{"name":"Name","author":["tester"],"severity":"low"}'] },
    changed: { findings: ['{"name":"Other","author":["x"],"severity":"high","custom":[1]}'] },
  },
  {
    place: "template",
    key: "http",
    shows: "its requests are sent; a template without any is none",
    template: pageText(word),
    site,
    expected: { status: "supported", findings: ["k"], sent: ["GET /page"] },
    changed: { status: "invalid", findings: [], sent: [] },
  },
  {
    place: "template",
    key: "requests",
    shows: "the old name of http",
    template: templateText(`requests: [{path: ["{{BaseURL}}/page"], ${word}}]`),
    site,
    expected: { status: "supported", findings: ["k"], sent: ["GET /page"] },
    changed: { status: "invalid", findings: [], sent: [] },
  },
  {
    place: "template",
    key: "variables",
    shows: "values for placeholders, each evaluated with those before it",
    template: `variables: {a: "{{to_lower('X')}}", b: "{{a}}y"}\n${placeholderText("b")}`,
    site,
    expected: { findings: ["k"], sent: ["GET /xy"] },
    changed: { findings: [], sent: [] },
  },
  {
    place: "template",
    key: "constants",
    shows: "values for placeholders, taken as they are",
    template: `constants: {b: "x{{a}}"}\n${placeholderText("b")}`,
    site,
    expected: { findings: ["k"], sent: ["GET /x{{a}}"] },
    changed: { findings: [], sent: [] },
  },
  {
    place: "template",
    key: "self-contained",
    shows: "runs only where it is permitted",
    template: `self-contained: true\n${pageText(word)}`,
    site,
    expected: { sent: [], errors: ["disabled"] },
    changed: { sent: ["GET /page"], errors: [] },
  },
  {
    place: "template",
    key: "flow",
    shows: "decides which blocks are sent",
    template: templateText(
      `flow: http(2)\nhttp:\n  - {path: ["{{BaseURL}}/a"], ${word}}\n  - {path: ["{{BaseURL}}/b"], ${word}}`,
    ),
    site,
    engine: { startFlowThread },
    expected: { sent: ["GET /b"] },
    changed: { sent: ["GET /a", "GET /b"] },
  },
  {
    place: "template",
    key: "stop-at-first-match",
    shows: "ends the template with the first block that matched",
    template: templateText(
      `stop-at-first-match: true\nhttp:\n  - {path: ["{{BaseURL}}/a"], ${word}}\n  - {path: ["{{BaseURL}}/b"], ${word}}`,
    ),
    site: pathsSite({ "/a": "ok", "/b": "ok" }),
    expected: { findings: ["k"], sent: ["GET /a"] },
    changed: { findings: ["k", "k"], sent: ["GET /a", "GET /b"] },
  },
];
