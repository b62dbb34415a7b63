import { pageSite, pathsSite } from "./http-site.ts";
import type { KeyCase } from "./key-case.ts";
import { blockText } from "./template-text.ts";

const ok = "matchers: [{type: word, words: [ok]}]";

export const httpPayloadCases: readonly KeyCase[] = [
  {
    place: "http",
    key: "payloads",
    shows: "a request for each value",
    template: blockText("http", `path: ["{{BaseURL}}/{{p}}"]\npayloads: {p: [a, b]}\n${ok}`),
    site: pathsSite({ "/b": "ok" }),
    unordered: true,
    expected: { findings: ["k"], sent: ["GET /a", "GET /b"] },
    changed: { findings: [], sent: [] },
  },
  {
    place: "http",
    key: "attack",
    shows: "clusterbomb: every combination of the lists",
    template: blockText(
      "http",
      `path: ["{{BaseURL}}/{{p}}{{q}}"]\nattack: clusterbomb\npayloads: {p: [a, b], q: [c, d]}\n${ok}`,
    ),
    to: "pitchfork",
    site: pageSite("ok"),
    unordered: true,
    expected: { sent: ["GET /ac", "GET /ad", "GET /bc", "GET /bd"] },
    changed: { sent: ["GET /ac", "GET /bd"] },
  },
  {
    place: "http",
    key: "attack",
    shows: "batteringram, which is meant when nothing is said, takes one list",
    template: blockText(
      "http",
      `path: ["{{BaseURL}}/{{p}}{{q}}"]\nattack: pitchfork\npayloads: {p: [a], q: [c]}\n${ok}`,
    ),
    site: pageSite("ok"),
    expected: { status: "supported", sent: ["GET /ac"] },
    changed: { status: "invalid", sent: [] },
  },
  {
    place: "http",
    key: "threads",
    shows: "how many are sent at once; 25 when absent",
    template: blockText("http", `path: ["{{BaseURL}}/{{p}}"]\nthreads: 1\npayloads: {p: [a, b, c]}\n${ok}`),
    site: pageSite("ok", { show: ({ connection }) => `on connection ${connection}` }),
    unordered: true,
    expected: { sent: ["on connection 1", "on connection 1", "on connection 1"] },
    changed: { sent: ["on connection 1", "on connection 2", "on connection 3"] },
  },
  {
    place: "http",
    key: "iterate-all",
    shows: "later requests are sent for each value that was extracted",
    template: blockText(
      "http",
      `path: ["{{BaseURL}}/list", "{{BaseURL}}/{{v}}"]\niterate-all: true\nextractors: [{type: regex, name: v, internal: true, regex: ["v[0-9]"]}]`,
    ),
    site: pathsSite({ "/list": "v1 v2" }),
    expected: { sent: ["GET /list", "GET /v1", "GET /v2"] },
    changed: { sent: ["GET /list", "GET /v1"] },
  },
];
