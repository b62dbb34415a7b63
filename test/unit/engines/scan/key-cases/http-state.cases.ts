import { createHash } from "node:crypto";
import { type Answer, httpSite, pageSite, pathsSite, type SeenRequest } from "./http-site.ts";
import type { KeyCase } from "./key-case.ts";
import { blockText, listItem, pageText, templateText } from "./template-text.ts";

const ok = "matchers: [{type: word, words: [ok]}]";
const md5 = (...texts: readonly string[]): string => createHash("md5").update(texts.join(":")).digest("hex");

/** Lets in whoever logs in as `user` with `secret`. */
const digestSite = httpSite(({ headers, method }: SeenRequest): Answer => {
  const given = String(headers["authorization"] ?? "");
  const field = (name: string): string => new RegExp(`\\b${name}="?([^",]*)`).exec(given)?.[1] ?? "";
  const first = md5("user", "realm", "secret");
  const second = md5(method, field("uri"));
  const expected = md5(first, "nonce", field("nc"), field("cnonce"), "auth", second);
  if (field("username") === "user" && field("response") === expected) return "ok";
  return { status: 401, headers: { "www-authenticate": 'Digest realm="realm", nonce="nonce", qop="auth"' } };
});

const cookieSite = httpSite(({ path }) => (path === "/in" ? { headers: { "set-cookie": "sid=1; Path=/" } } : "ok"), {
  show: ({ path, headers }) => `${path} ${String(headers["cookie"] ?? "")}`.trim(),
});
const twoPaths = 'path: ["{{BaseURL}}/in", "{{BaseURL}}/page"]\n';

export const httpStateCases: readonly KeyCase[] = [
  {
    place: "http",
    key: "id",
    shows: "values of the response, for later blocks",
    template: templateText(
      `http:\n${listItem('id: first\npath: ["{{BaseURL}}/a"]')}\n${listItem(
        `path: ["{{BaseURL}}/b"]\nmatchers: [{type: dsl, dsl: ['contains(first_body, "alpha") && body == "beta"']}]`,
      )}`,
    ),
    site: pathsSite({ "/a": "alpha", "/b": "beta" }),
    expected: { findings: ["k"] },
    changed: { findings: [] },
  },
  {
    place: "http",
    key: "name",
    shows: "the request is not shared with other templates that send the same",
    template: pageText(`name: own\n${ok}`),
    others: [pageText(ok).replace("id: k", "id: other")],
    site: pageSite("ok"),
    expected: { findings: ["k", "other"], sent: ["GET /page", "GET /page"] },
    changed: { findings: ["k", "other"], sent: ["GET /page"] },
  },
  {
    place: "http",
    key: "protocol-redirects",
    shows: "does not follow a redirect to another scheme",
    template: pageText(`redirects: true\nprotocol-redirects: true\nmatchers: [{type: status, status: [302]}]`),
    site: pageSite({ status: 302, headers: { location: "https://out-of-scope.test/" } }),
    expected: { errors: [] },
    changed: { errors: ["refused-by-scope"] },
  },
  {
    place: "http",
    key: "req-condition",
    shows: "values of earlier responses are kept for kval, too",
    template: blockText("http", `${twoPaths}req-condition: true\nextractors: [{type: kval, kval: [x_note_1]}]`),
    site: httpSite(({ path }) => (path === "/in" ? { headers: { "x-note": "alpha" } } : "")),
    expected: { findings: ["k=alpha", "k=alpha"] },
    changed: { findings: [] },
  },
  {
    place: "http",
    key: "cookie-reuse",
    shows: "false: cookies are not sent again",
    template: blockText("http", `${twoPaths}cookie-reuse: false\n${ok}`),
    site: cookieSite,
    expected: { sent: ["/in", "/page"] },
    changed: { sent: ["/in", "/page sid=1"] },
  },
  {
    place: "http",
    key: "disable-cookie",
    shows: "cookies are not sent again",
    template: blockText("http", `${twoPaths}disable-cookie: true\n${ok}`),
    site: cookieSite,
    expected: { sent: ["/in", "/page"] },
    changed: { sent: ["/in", "/page sid=1"] },
  },
  {
    place: "http",
    key: "skip-variables-check",
    shows: "placeholders without a value are sent as they are",
    template: pageText(`headers: {X-Own: "{{nowhere}}"}\nskip-variables-check: true\n${ok}`),
    site: pageSite("ok", { show: ({ headers }) => String(headers["x-own"]) }),
    expected: { findings: ["k"], sent: ["{{nowhere}}"] },
    changed: { findings: [], sent: [] },
  },
  {
    place: "http",
    key: "digest-username",
    shows: "logs in",
    template: pageText(`digest-username: user\ndigest-password: secret\n${ok}`),
    to: "other",
    site: digestSite,
    expected: { findings: ["k"] },
    changed: { findings: [] },
  },
  {
    place: "http",
    key: "digest-username",
    shows: "belongs to a password",
    template: pageText(`digest-username: user\ndigest-password: secret\n${ok}`),
    site: digestSite,
    expected: { status: "supported", sent: ["GET /page", "GET /page"] },
    changed: { status: "invalid", sent: [] },
  },
  {
    place: "http",
    key: "digest-password",
    shows: "logs in",
    template: pageText(`digest-username: user\ndigest-password: secret\n${ok}`),
    to: "wrong",
    site: digestSite,
    expected: { findings: ["k"] },
    changed: { findings: [] },
  },
  {
    place: "http",
    key: "pre-condition",
    shows: "nothing is sent to a target that it does not match",
    template: pageText(`pre-condition: [{type: dsl, dsl: ['contains(path, "admin")']}]\n${ok}`),
    site: pageSite("ok"),
    expected: { findings: [], sent: [] },
    changed: { findings: ["k"], sent: ["GET /page"] },
  },
  {
    place: "http",
    key: "pre-condition-operator",
    shows: "and: all have to match; one is enough when absent",
    template: pageText(
      `pre-condition-operator: and\npre-condition: [{type: dsl, dsl: ['path == "/"']}, {type: dsl, dsl: ['method == "POST"']}]\n${ok}`,
    ),
    site: pageSite("ok"),
    expected: { sent: [] },
    changed: { sent: ["GET /page"] },
  },
  {
    place: "http",
    key: "self-contained",
    shows: "runs only where it is permitted",
    template: pageText(`self-contained: true\n${ok}`),
    site: pageSite("ok"),
    expected: { sent: [], errors: ["disabled"] },
    changed: { sent: ["GET /page"], errors: [] },
  },
  {
    place: "http",
    key: "self-contained",
    shows: "knows nothing of the target",
    template: pageText(`self-contained: true\n${ok}`),
    site: pageSite("ok"),
    engine: { enable: { selfContained: true } },
    expected: { findings: [], sent: [] },
    changed: { findings: ["k"], sent: ["GET /page"] },
  },
];
