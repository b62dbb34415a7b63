import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { httpAnswer } from "../../../../support/scan-sites/secure-site.ts";
import { httpSite, pageSite, type SeenRequest } from "../../../../unit/engines/scan/key-cases/http-site.ts";
import type { Site } from "../../../../unit/engines/scan/key-cases/sites.ts";
import { tcpSite } from "../../../../unit/engines/scan/key-cases/tcp-site.ts";
import { blockText, templateText } from "../../../../unit/engines/scan/key-cases/template-text.ts";
import type { CorpusCase } from "./corpus-case.ts";

const raw = (request: string, keys: string): string =>
  blockText("http", `raw:\n  - |\n${request.replaceAll(/^(?=.)/gm, "    ")}\n${keys}`);

const query = ({ path }: SeenRequest, name: string): string =>
  new URL(path, "http://localhost").searchParams.get(name) ?? "";

/** Shows a parameter of the query as the function writes it. */
const echo = (name: string, write: (text: string) => string): Site =>
  httpSite((request) => ({
    headers: { "content-type": "text/html" },
    body: `<p>${write(query(request, name))}</p>`,
  }));

const escaped = (text: string): string => text.replaceAll("<", "&lt;");
/** What a template language makes of `{{7*7}}`. */
const computed = (text: string): string =>
  text.replace(/\{\{(\d+)\*(\d+)\}\}/, (_all, a: string, b: string) => String(Number(a) * Number(b)));

const bytes = (answer: (received: string) => string): Site =>
  tcpSite(
    (received) => (received.endsWith("\r\n\r\n") ? httpAnswer(answer(received)) : undefined),
    (port) => `http://127.0.0.1:${port}`,
  );

const passwd = "root:x:0:0:root:/root:/bin/bash\n";
/** What an application makes of input that is not its own. */
export const injectionCases: readonly CorpusCase[] = [
  {
    name: "markup that comes back as it was sent",
    template: blockText(
      "http",
      `path: ['{{BaseURL}}?q="><script>alert({{randstr}})</script>']
matchers-condition: and
matchers:
  - {type: word, part: header, words: [text/html]}
  - {type: word, words: ['"><script>alert({{randstr}})</script>']}`,
    ),
    positive: echo("q", (text) => text),
    nearMiss: echo("q", escaped),
  },
  {
    name: "an expression that is computed, with numbers of its own",
    template: templateText(`variables:
  a: "{{rand_int(1000, 9999)}}"
  b: "{{rand_int(1000, 9999)}}"
  result: "{{to_number(a)*to_number(b)}}"
http:
  - path: ["{{BaseURL}}?name={{url_encode(concat('{{','{{a}}','*','{{b}}','}}'))}}"]
    skip-variables-check: true
    matchers: [{type: word, words: ["{{result}}"]}]`),
    positive: echo("name", computed),
    nearMiss: echo("name", (text) => text),
  },
  {
    name: "a file outside of the folder, by one of several payloads",
    template: blockText(
      "http",
      `path: ["{{BaseURL}}/page?file={{file}}"]
payloads: {file: [../etc/passwd, ../../etc/passwd, "....//....//etc/passwd"]}
stop-at-first-match: true
matchers-condition: and
matchers:
  - {type: regex, regex: ["root:.*:0:0:"]}
  - {type: status, status: [200]}`,
    ),
    positive: httpSite((request) => (query(request, "file") === "../../etc/passwd" ? passwd : { status: 404 })),
    nearMiss: httpSite((request) => ({ status: 403, body: `${query(request, "file")} is not root:x:0:0:` })),
  },
  {
    name: "a path that no client would send, byte for byte",
    template: blockText(
      "http",
      `raw:
  - |+
    GET /static/../../../../etc/passwd HTTP/1.1
    Host: {{Hostname}}

unsafe: true
matchers:
  - {type: regex, regex: ["root:[x*]:0:0:"]}`,
    ),
    positive: bytes((received) => (received.startsWith("GET /static/../../../../etc/") ? passwd : "")),
    nearMiss: bytes((received) => (received.startsWith("GET /etc/passwd") ? passwd : "none")),
  },
  {
    name: "an error of a database",
    template: blockText(
      "http",
      `path: ["{{BaseURL}}/item?id=1'"]
matchers:
  - type: word
    words: ["You have an error in your SQL syntax", "unclosed quotation mark"]
    case-insensitive: true`,
    ),
    positive: httpSite((request) =>
      query(request, "id").endsWith("'") ? "Unclosed quotation mark after the character string" : "item",
    ),
    nearMiss: httpSite(() => "You have no error in your SQL"),
  },
  {
    name: "a wait that was asked for, longer than without",
    template: blockText(
      "http",
      `raw:
  - |
    GET /?id=1 HTTP/1.1
    Host: {{Hostname}}
  - |
    @timeout: 5s
    GET /?id=sleep HTTP/1.1
    Host: {{Hostname}}
matchers:
  - {type: dsl, condition: and, dsl: ["duration_2 >= 0.06", "duration_1 < 0.06", "status_code_2 == 200"]}`,
    ),
    positive: httpSite(async (request) => {
      if (query(request, "id") === "sleep") await pause(80);
      return "";
    }),
    nearMiss: httpSite(() => ""),
  },
  {
    name: "a header that the path adds",
    template: blockText(
      "http",
      `path: ["{{BaseURL}}/%0d%0aSet-Cookie:crlf=injected"]
matchers:
  - {type: regex, part: header, regex: ['(?m)^(?:Set-Cookie\\s*?:(?:\\s*?|.*?;\\s*?))(crlf=injected)(?:\\s*?)(?:$|;)']}`,
    ),
    positive: httpSite(({ path }) => ({ headers: path.includes("%0d%0a") ? { "Set-Cookie": "crlf=injected" } : {} })),
    nearMiss: httpSite(({ path }) => ({ headers: { location: path } })),
  },
  {
    name: "a redirect that leads elsewhere",
    template: blockText(
      "http",
      `path: ["{{BaseURL}}?next=//evil.test"]
matchers-condition: and
matchers:
  - {type: regex, part: header, regex: ['(?m)^(?:Location\\s*?:\\s*?)(?:https?://|//)?evil\\.test(/|[^.].*)?$']}
  - {type: status, status: [301, 302, 307, 308]}`,
    ),
    positive: httpSite((request) => ({ status: 302, headers: { Location: query(request, "next") } })),
    nearMiss: httpSite((request) => ({ status: 302, headers: { Location: `/?next=${query(request, "next")}` } })),
  },
  {
    name: "a host that comes back, from a raw request",
    template: raw(
      "GET / HTTP/1.1\nHost: {{randstr}}.evil.test\nX-Forwarded-Host: {{randstr}}.evil.test\n",
      "disable-cookie: true\nmatchers:\n  - {type: dsl, dsl: ['contains(body, \"http://{{randstr}}.evil.test/reset\")']}",
    ),
    positive: httpSite(({ headers }) => `<a href="http://${String(headers["host"])}/reset">`),
    nearMiss: httpSite(({ headers }) => `unknown host ${String(headers["host"])}`),
  },
  {
    name: "an entity of a document that is read",
    template: raw(
      'POST /xml HTTP/1.1\nHost: {{Hostname}}\nContent-Type: text/xml\n\n<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "gar{{randstr}}">]>\n<a>&b;</a>',
      'matchers:\n  - {type: word, words: ["value: gar{{randstr}}"]}',
    ),
    positive: httpSite(({ body }) => `value: ${/"(gar\w+)"/.exec(body)?.[1] ?? ""}`),
    nearMiss: httpSite(({ body }) => `not read: ${body}`),
  },
  {
    name: "a command in a header, by the hash of its output",
    template: templateText(`variables: {word: "{{rand_base(8)}}"}
http:
  - path: ["{{BaseURL}}/cgi-bin/status"]
    headers: {User-Agent: "() { :;}; echo; echo {{word}} | md5sum"}
    matchers: [{type: dsl, dsl: ["contains(body, md5(word))"]}]`),
    positive: httpSite(({ headers }) => {
      const [, word = ""] = /echo (\w+) \|/.exec(String(headers["user-agent"])) ?? [];
      return createHash("md5").update(word).digest("hex");
    }),
    nearMiss: httpSite(({ headers }) => String(headers["user-agent"])),
  },
  {
    name: "an origin that is believed",
    template: blockText(
      "http",
      `path: ["{{BaseURL}}/api"]
headers: {Origin: "https://{{randstr}}.test"}
matchers:
  - type: dsl
    condition: and
    dsl:
      - 'contains(header, "Access-Control-Allow-Origin: https://{{randstr}}.test")'
      - 'contains(access_control_allow_credentials, "true")'`,
    ),
    positive: httpSite(({ headers }) => ({
      headers: {
        "Access-Control-Allow-Origin": String(headers["origin"]),
        "Access-Control-Allow-Credentials": "true",
      },
    })),
    nearMiss: pageSite({ headers: { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true" } }),
  },
];
