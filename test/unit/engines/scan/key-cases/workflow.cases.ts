import { pathsSite } from "./http-site.ts";
import type { KeyCase } from "./key-case.ts";
import { templateText } from "./template-text.ts";

/** A template that asks for a path, and names its match. */
const part = (id: string, tags: string): string => `id: ${id}
info: {name: N, author: a, severity: low, tags: ${tags}}
http:
  - path: ["{{BaseURL}}/${id}"]
    matchers: [{type: word, words: [ok], name: seen}, {type: word, words: [no-such-word], name: unseen}]
`;

const files = { "a.yaml": part("a", "one"), "b.yaml": part("b", "two"), "c.yaml": part("c", "two") };
const site = pathsSite({ "/a": "ok", "/b": "ok", "/c": "ok" });
const workflow = (step: string): string => templateText(`workflows:\n  - ${step}`);
const afterA = (matcher: string): string => workflow(`{template: a.yaml, matchers: [${matcher}]}`);
const common = { files, site, unordered: true };

export const workflowCases: readonly KeyCase[] = [
  {
    ...common,
    place: "template",
    key: "workflows",
    shows: "runs other templates",
    template: workflow("{template: a.yaml}"),
    expected: { status: "supported", findings: ["seen"], sent: ["GET /a"] },
    changed: { status: "invalid", findings: [], sent: [] },
  },
  {
    ...common,
    place: "workflow",
    key: "template",
    shows: "the path of the template that runs",
    template: workflow("{template: a.yaml}"),
    to: "b.yaml",
    show: (finding) => finding["template-id"],
    expected: { findings: ["a"], sent: ["GET /a"] },
    changed: { findings: ["b"], sent: ["GET /b"] },
  },
  {
    ...common,
    place: "workflow",
    key: "tags",
    shows: "all templates with one of them run",
    template: workflow("{tags: two}"),
    to: ["one"],
    expected: { sent: ["GET /b", "GET /c"] },
    changed: { sent: ["GET /a"] },
  },
  {
    ...common,
    place: "workflow",
    key: "subtemplates",
    shows: "run after a match, which itself is no result",
    template: workflow("{template: a.yaml, subtemplates: [{template: b.yaml}]}"),
    show: (finding) => finding["template-id"],
    expected: { findings: ["b"], sent: ["GET /a", "GET /b"] },
    changed: { findings: ["a"], sent: ["GET /a"] },
  },
  {
    ...common,
    place: "workflow",
    key: "matchers",
    shows: "what runs after the match of a name",
    template: afterA("{name: seen, subtemplates: [{template: b.yaml}]}"),
    expected: { sent: ["GET /a", "GET /b"] },
    changed: { sent: ["GET /a"] },
  },
  {
    ...common,
    place: "workflowMatcher",
    key: "name",
    shows: "the name that has to match",
    template: afterA("{name: seen, subtemplates: [{template: b.yaml}]}"),
    to: "unseen",
    expected: { sent: ["GET /a", "GET /b"] },
    changed: { sent: ["GET /a"] },
  },
  {
    ...common,
    place: "workflowMatcher",
    key: "condition",
    shows: "and: all names have to match; one is enough when absent",
    template: afterA("{name: [seen, unseen], condition: and, subtemplates: [{template: b.yaml}]}"),
    expected: { sent: ["GET /a"] },
    changed: { sent: ["GET /a", "GET /b"] },
  },
  {
    ...common,
    place: "workflowMatcher",
    key: "subtemplates",
    shows: "what runs then",
    template: afterA("{name: seen, subtemplates: [{template: b.yaml}, {template: c.yaml}]}"),
    to: [{ template: "c.yaml" }],
    expected: { sent: ["GET /a", "GET /b", "GET /c"] },
    changed: { sent: ["GET /a", "GET /c"] },
  },
];
