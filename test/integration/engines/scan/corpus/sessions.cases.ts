import { createHash } from "node:crypto";
import {
  type Answer,
  httpSite,
  pathsSite,
  type SeenRequest,
} from "../../../../unit/engines/scan/key-cases/http-site.ts";
import type { Site } from "../../../../unit/engines/scan/key-cases/sites.ts";
import { blockText, templateText } from "../../../../unit/engines/scan/key-cases/template-text.ts";
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

const uploads = (keep: boolean): Site => {
  const kept = new Map<string, string>();
  return httpSite(({ method, path, body }): Answer => {
    if (method === "PUT") {
      if (keep) kept.set(path, body);
      return { status: 201 };
    }
    return kept.get(path) ?? { status: 404 };
  });
};

const coupon = (uses: number): Site => {
  const used = new Map<string, number>();
  return httpSite(({ body }): Answer => {
    const count = (used.get(body) ?? 0) + 1;
    used.set(body, count);
    return count <= uses ? "applied" : { status: 409 };
  });
};

const isMultipart = ({ headers, body }: SeenRequest): boolean => {
  const [, boundary = ""] = /boundary=(\S+)/.exec(String(headers["content-type"])) ?? [];
  return boundary !== "" && body.startsWith(`--${boundary}\r\n`) && body.includes('filename="a.php"\r\n');
};

/** Passwords, cookies, and requests that need what came before. */
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
  {
    name: "a file that is put and then there",
    template: templateText(`variables: {name: "{{to_lower(rand_base(6))}}"}
http:
  - raw:
      - |
        PUT /files/{{name}}.txt HTTP/1.1
        Host: {{Hostname}}

        {{md5(name)}}
      - |
        GET /files/{{name}}.txt HTTP/1.1
        Host: {{Hostname}}
    matchers: [{type: dsl, dsl: ["status_code_1 == 201 && contains(body_2, md5(name))"]}]`),
    positive: uploads(true),
    nearMiss: uploads(false),
  },
  {
    name: "a form with a file",
    template: blockText(
      "http",
      `raw:
  - |
    POST /upload HTTP/1.1
    Host: {{Hostname}}
    Content-Type: multipart/form-data; boundary=----{{randstr}}

    ------{{randstr}}
    Content-Disposition: form-data; name="file"; filename="a.php"

    <?php echo 1;
    ------{{randstr}}--
matchers: [{type: word, words: [stored]}]`,
    ),
    positive: httpSite((request) => (isMultipart(request) ? "stored" : "no")),
    nearMiss: httpSite((request) => (isMultipart(request) ? "refused" : "stored")),
  },
  {
    name: "a coupon that works more than once when it is used at the same moment",
    template: blockText(
      "http",
      `raw:
  - |
    POST /coupon HTTP/1.1
    Host: {{Hostname}}

    code={{randstr}}
race: true
race_count: 3
matchers: [{type: status, status: [409], negative: true}]`,
    ),
    positive: coupon(3),
    found: ["k", "k", "k"],
    nearMiss: coupon(0),
  },
  {
    name: "a page of each that the first one names",
    template: blockText(
      "http",
      `raw:
  - |
    GET /list HTTP/1.1
    Host: {{Hostname}}
  - |
    GET /item/{{id}} HTTP/1.1
    Host: {{Hostname}}
iterate-all: true
extractors: [{type: regex, name: id, internal: true, part: body_1, group: 1, regex: ["id=(\\\\d+)"]}]
matchers: [{type: word, part: body_2, words: [private]}]`,
    ),
    positive: pathsSite({ "/list": "id=1 id=2 id=3", "/item/1": "", "/item/2": "", "/item/3": "private" }),
    nearMiss: pathsSite({
      "/list": "id=1 id=2 id=4",
      "/item/1": "",
      "/item/2": "",
      "/item/3": "private",
      "/item/4": "",
    }),
  },
  {
    name: "a second block that uses what the first one extracted",
    template: templateText(`http:
  - path: ["{{BaseURL}}/version"]
    extractors: [{type: json, name: build, internal: true, json: [.build]}]
  - path: ["{{BaseURL}}/static/{{build}}/app.js"]
    matchers: [{type: word, words: [sourceMappingURL]}]`),
    positive: pathsSite({ "/version": '{"build":"b42"}', "/static/b42/app.js": "//# sourceMappingURL=app.js.map" }),
    nearMiss: pathsSite({ "/version": '{"build":"b43"}', "/static/b42/app.js": "//# sourceMappingURL=app.js.map" }),
  },
];
