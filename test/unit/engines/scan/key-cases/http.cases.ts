import { httpSite, pageSite, pathsSite } from "./http-site.ts";
import type { KeyCase } from "./key-case.ts";
import { blockText, pageText } from "./template-text.ts";

const ok = "matchers: [{type: word, words: [ok]}]";

/** `/page` leads to `/next`, that to `/last`, that to a page that says ok. */
const chain = pathsSite({
  "/page": { status: 302, headers: { location: "/next" } },
  "/next": { status: 302, headers: { location: "/last" } },
  "/last": "ok",
});

/** The site under another name is another host. */
const elsewhere = httpSite(({ headers, path }) =>
  path === "/page"
    ? { status: 302, headers: { location: `http://other.test:${String(headers["host"]).split(":")[1] ?? ""}/other` } }
    : "ok",
);

const twoNames = { scope: ["127.0.0.1", "other.test"], resolve: () => Promise.resolve(["127.0.0.1"]) };

export const httpCases: readonly KeyCase[] = [
  {
    place: "http",
    key: "path",
    shows: "one request each, in their order",
    template: blockText("http", `path: ["{{BaseURL}}/b", "{{BaseURL}}/a?x=1"]\n${ok}`),
    to: ["{{BaseURL}}/c"],
    site: pathsSite({ "/a?x=1": "ok" }),
    expected: { findings: ["k"], sent: ["GET /b", "GET /a?x=1"] },
    changed: { findings: [], sent: ["GET /c"] },
  },
  {
    place: "http",
    key: "method",
    shows: "is sent; GET when absent",
    template: pageText(`method: PUT\n${ok}`),
    site: httpSite(({ method }) => (method === "PUT" ? "ok" : "no")),
    expected: { findings: ["k"], sent: ["PUT /page"] },
    changed: { findings: [], sent: ["GET /page"] },
  },
  {
    place: "http",
    key: "headers",
    shows: "are sent as they are written, over the defaults",
    template: pageText(`headers: {X-Probe: "{{Hostname}}!", User-Agent: own}\n${ok}`),
    site: httpSite(({ headers }) => (headers["user-agent"] === "own" ? "ok" : "no"), {
      show: ({ rawHeaders, headers }) =>
        `${rawHeaders.includes("X-Probe") ? "X-Probe" : ""} ${String(headers["x-probe"]).replace(/:\d+/, "")}`,
    }),
    expected: { findings: ["k"], sent: ["X-Probe 127.0.0.1!"] },
    changed: { findings: [], sent: [" undefined"] },
  },
  {
    place: "http",
    key: "body",
    shows: "is sent, with line ends of CR LF",
    template: pageText(`method: POST\nbody: "a=1\\nb=2"\n${ok}`),
    site: httpSite(({ body }) => (body === "" ? "empty" : "ok"), { show: ({ body }) => body }),
    expected: { findings: ["k"], sent: ["a=1\r\nb=2"] },
    changed: { findings: [], sent: [""] },
  },
  {
    place: "http",
    key: "redirects",
    shows: "follows redirects to the end",
    template: pageText(`redirects: true\n${ok}`),
    site: chain,
    expected: { findings: ["k"], sent: ["GET /page", "GET /next", "GET /last"] },
    changed: { findings: [], sent: ["GET /page"] },
  },
  {
    place: "http",
    key: "redirects",
    shows: "follows redirects to other hosts in scope",
    template: pageText(`redirects: true\n${ok}`),
    site: elsewhere,
    engine: twoNames,
    expected: { findings: ["k"], sent: ["GET /page", "GET /other"] },
    changed: { findings: [], sent: ["GET /page"] },
  },
  {
    place: "http",
    key: "host-redirects",
    shows: "follows redirects on the same host",
    template: pageText(`host-redirects: true\n${ok}`),
    site: chain,
    expected: { findings: ["k"], sent: ["GET /page", "GET /next", "GET /last"] },
    changed: { findings: [], sent: ["GET /page"] },
  },
  {
    place: "http",
    key: "host-redirects",
    shows: "does not follow a redirect to another host, even beside redirects",
    template: pageText(`redirects: true\nhost-redirects: true\n${ok}`),
    site: elsewhere,
    engine: twoNames,
    expected: { findings: [], sent: ["GET /page"] },
    changed: { findings: ["k"], sent: ["GET /page", "GET /other"] },
  },
  {
    place: "http",
    key: "max-redirects",
    shows: "stays at the response that would lead further",
    template: pageText(`redirects: true\nmax-redirects: 1\n${ok}`),
    site: chain,
    expected: { findings: [], sent: ["GET /page", "GET /next"] },
    changed: { findings: ["k"], sent: ["GET /page", "GET /next", "GET /last"] },
  },
  {
    place: "http",
    key: "max-size",
    shows: "nothing of the body is read beyond it",
    template: pageText(`max-size: 4\n${ok}`),
    site: pageSite("12345 ok"),
    expected: { findings: [] },
    changed: { findings: ["k"] },
  },
  {
    place: "http",
    key: "stop-at-first-match",
    shows: "ends the paths with the first one that matched",
    template: blockText("http", `path: ["{{BaseURL}}/a", "{{BaseURL}}/b"]\nstop-at-first-match: true\n${ok}`),
    site: pageSite("ok"),
    expected: { findings: ["k"], sent: ["GET /a"] },
    changed: { findings: ["k", "k"], sent: ["GET /a", "GET /b"] },
  },
  {
    place: "http",
    key: "matchers",
    shows: "decide what is found",
    template: pageText(ok),
    site: pageSite("ok"),
    expected: { findings: ["k"] },
    changed: { findings: [] },
  },
  {
    place: "http",
    key: "matchers-condition",
    shows: "and: all matchers have to match; or when absent",
    template: pageText("matchers-condition: and\nmatchers: [{type: word, words: [ok]}, {type: status, status: [404]}]"),
    site: pageSite("ok"),
    expected: { findings: [] },
    changed: { findings: ["k"] },
  },
  {
    place: "http",
    key: "extractors",
    shows: "take values out of responses",
    template: pageText(`${ok}\nextractors: [{type: regex, regex: ["v[0-9]+"]}]`),
    site: pageSite("ok v12"),
    expected: { findings: ["k=v12"] },
    changed: { findings: ["k"] },
  },
];
