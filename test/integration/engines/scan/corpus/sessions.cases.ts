import { createHash } from "node:crypto";
import { type Answer, httpSite } from "../../../../unit/engines/scan/key-cases/http-site.ts";
import type { Site } from "../../../../unit/engines/scan/key-cases/sites.ts";
import { blockText } from "../../../../unit/engines/scan/key-cases/template-text.ts";
import type { CorpusCase } from "./corpus-case.ts";

const basic = (user: string, password: string): string => `Basic ${btoa(`${user}:${password}`)}`;
const welcome = { status: 200, body: "Welcome, manager" };
const unauthorized = { status: 401, body: "no" };

const withPassword = (user: string, password: string): Site =>
  httpSite(({ headers }) => (headers["authorization"] === basic(user, password) ? welcome : unauthorized));

const logins = (attack: string): string => `raw:
  - |
    GET /manager HTTP/1.1
    Host: {{Hostname}}
    Authorization: Basic {{base64(user + ':' + password)}}
attack: ${attack}
payloads: {user: [admin, tomcat], password: [admin, s3cret]}
stop-at-first-match: true
matchers-condition: and
matchers:
  - {type: word, words: ["Welcome, manager"]}
  - {type: status, status: [200]}`;

/** Gives a token and a cookie, and wants both with the right password. */
const loginPage = (password: string): Site =>
  httpSite(({ path, headers, body }): Answer => {
    if (path === "/login") {
      return { headers: { "Set-Cookie": "session=s1; Path=/" }, body: '<input name="csrf" value="t0ken">' };
    }
    const isKnown = headers["cookie"] === "session=s1" && body.includes("csrf=t0ken");
    if (path === "/do") {
      return isKnown && body.includes(`password=${password}`)
        ? { status: 302, headers: { location: "/home", "Set-Cookie": "user=admin; Path=/" } }
        : { status: 403 };
    }
    return String(headers["cookie"]).includes("user=admin") ? "Dashboard" : { status: 403 };
  });

const login = (keys: string): string =>
  blockText(
    "http",
    `raw:
  - |
    GET /login HTTP/1.1
    Host: {{Hostname}}
  - |
    POST /do HTTP/1.1
    Host: {{Hostname}}
    Content-Type: application/x-www-form-urlencoded

    user=admin&password=admin&csrf={{csrf}}
  - |
    GET /home HTTP/1.1
    Host: {{Hostname}}
${keys}extractors:
  - {type: regex, name: csrf, internal: true, part: body_1, group: 1, regex: ['name="csrf" value="(\\w+)"']}
matchers:
  - {type: dsl, condition: and, dsl: ["status_code_2 == 302", "contains(body_3, 'Dashboard')"]}`,
  );

const digest = (password: string): Site =>
  httpSite(({ headers, method, path }): Answer => {
    const given = String(headers["authorization"]);
    const value = (name: string): string => new RegExp(`\\b${name}="?([^",]*)`).exec(given)?.[1] ?? "";
    const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
    const [first, second] = [md5(`admin:r:${password}`), md5(`${method}:${path}`)];
    const expected = md5([first, "n", value("nc"), value("cnonce"), "auth", second].join(":"));
    if (given.startsWith("Digest") && value("response") === expected) return "in";
    return { status: 401, headers: { "WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5' } };
  });

/** Passwords, logins and cookies. */
export const sessionCases: readonly CorpusCase[] = [
  {
    name: "pairs of names and passwords",
    template: blockText("http", logins("pitchfork")),
    positive: withPassword("tomcat", "s3cret"),
    nearMiss: withPassword("tomcat", "admin"),
  },
  {
    name: "every name with every password",
    template: blockText("http", logins("clusterbomb")),
    positive: withPassword("tomcat", "admin"),
    nearMiss: withPassword("tomcat", "tomcat"),
  },
  {
    name: "passwords of a file",
    template: blockText(
      "http",
      `method: POST
path: ["{{BaseURL}}/login"]
body: "user=admin&password={{password}}"
payloads: {password: lists/passwords.txt}
matchers: [{type: status, status: [200]}]`,
    ),
    files: { "lists/passwords.txt": "123456\nletmein\n" },
    positive: httpSite(({ body }) => (body === "user=admin&password=letmein" ? "in" : unauthorized)),
    nearMiss: httpSite(({ body }) => (body === "user=admin&password=letmein " ? "in" : unauthorized)),
  },
  {
    name: "a password in every place",
    template: blockText(
      "http",
      `raw:
  - |
    POST /api?key=§key§ HTTP/1.1
    Host: {{Hostname}}
    X-Key: §key§

    {{key}}
payloads: {key: [default, changeme]}
matchers: [{type: word, words: [accepted]}]`,
    ),
    positive: httpSite(({ path, headers, body }) =>
      path === "/api?key=changeme" && headers["x-key"] === "changeme" && body === "changeme" ? "accepted" : "no",
    ),
    nearMiss: httpSite(({ path }) => (path === "/api?key=Changeme" ? "accepted" : "no")),
  },
  {
    name: "a login with a token and cookies",
    template: login(""),
    positive: loginPage("admin"),
    nearMiss: loginPage("other"),
  },
  {
    name: "a page for which a cookie alone is enough",
    template: blockText(
      "http",
      `raw:
  - |
    GET /set HTTP/1.1
    Host: {{Hostname}}
  - |
    GET /get HTTP/1.1
    Host: {{Hostname}}
cookie-reuse: true
matchers: [{type: word, part: body_2, words: [remembered]}]`,
    ),
    positive: httpSite(({ path, headers }) =>
      path === "/set" ? { headers: { "Set-Cookie": "a=1" } } : headers["cookie"] === "a=1" ? "remembered" : "",
    ),
    nearMiss: httpSite(({ path, headers }) =>
      path === "/set"
        ? { headers: { "Set-Cookie": "a=1; Path=/other" } }
        : headers["cookie"] === "a=1"
          ? "remembered"
          : "",
    ),
  },
  {
    name: "a digest login",
    template: blockText(
      "http",
      `path: ["{{BaseURL}}/camera"]
digest-username: admin
digest-password: "12345"
matchers: [{type: word, words: [in]}, {type: status, status: [200]}]
matchers-condition: and`,
    ),
    positive: digest("12345"),
    nearMiss: digest("123456"),
  },
];
