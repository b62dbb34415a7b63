import { pageSite, pathsSite } from "../../../../unit/engines/scan/key-cases/http-site.ts";
import { blockText, pageText } from "../../../../unit/engines/scan/key-cases/template-text.ts";
import type { CorpusCase } from "./corpus-case.ts";

const icon = "\x00\x00\x01\x00garrison-icon";
const html = { "content-type": "text/html" };
const get = (path: string, keys: string): string => blockText("http", `path: ["{{BaseURL}}/${path}"]\n${keys}`);
const onPage = (body: string) => pathsSite({ "/page": body });

/** Things that are or are not there, seen by words, patterns, bytes, hashes and documents. */
export const detectionCases: readonly CorpusCase[] = [
  {
    name: "configuration of a repository, but not a page about it",
    template: get(
      ".git/config",
      `matchers-condition: and
matchers:
  - {type: word, words: ["[core]"]}
  - {type: dsl, dsl: ["!contains(tolower(body), '<html')", "!contains(tolower(body), '<body')"], condition: and}
  - {type: status, status: [200]}`,
    ),
    positive: pathsSite({ "/.git/config": "[core]\n\tbare = false\n" }),
    nearMiss: pathsSite({ "/.git/config": "<HTML>the section [core] is the first one</HTML>" }),
  },
  {
    name: "a login page by its title, whatever its letters are",
    template: pageText(
      "matchers-condition: and\nmatchers:\n  - {type: regex, regex: ['(?i)<title>\\s*admin(istrator)? login']}\n  - {type: status, status: [200, 401]}",
    ),
    positive: onPage("<TITLE> Administrator Login</TITLE>"),
    nearMiss: onPage("<title>Login for administrators</title>"),
  },
  {
    name: "a word in other letters",
    template: pageText("matchers:\n  - {type: word, words: [Powered By Garrison], case-insensitive: true}"),
    positive: onPage("<b>POWERED by garrison</b>"),
    nearMiss: onPage("<b>powered by a garrison</b>"),
  },
  {
    name: "all words and none of the others",
    template: pageText(
      "matchers-condition: and\nmatchers:\n  - {type: word, words: ['<modelName>', urn:schemas-upnp-org:device-1-0], condition: and}\n  - {type: word, words: [2024, 2025], negative: true}",
    ),
    positive: onPage("<root xmlns='urn:schemas-upnp-org:device-1-0'><modelName>a</modelName>2019"),
    nearMiss: onPage("<root xmlns='urn:schemas-upnp-org:device-1-0'><modelName>a</modelName>2025"),
  },
  {
    name: "a status and a header that asks for a password",
    template: pageText(
      "matchers-condition: and\nmatchers:\n  - {type: status, status: [401]}\n  - {type: word, part: header, words: ['Basic realm=\"Router']}",
    ),
    positive: pageSite({ status: 401, headers: { "www-authenticate": 'Basic realm="Router 7"' } }),
    nearMiss: pageSite({ status: 401, headers: { "www-authenticate": 'Basic realm="Intranet"' } }),
  },
  {
    name: "the first bytes of an archive",
    template: get("backup.zip", 'matchers:\n  - {type: binary, binary: ["504B0304"], part: body}'),
    positive: pathsSite({ "/backup.zip": { body: Buffer.from("PK\x03\x04rest", "latin1") } }),
    nearMiss: pathsSite({ "/backup.zip": { body: Buffer.from("PK\x03\x05rest", "latin1") } }),
  },
  {
    name: "words that are written in hex",
    template: pageText("matchers:\n  - {type: word, encoding: hex, words: [deadbeef]}"),
    positive: pageSite({ body: Buffer.from([1, 0xde, 0xad, 0xbe, 0xef]) }),
    nearMiss: onPage("deadbeef"),
  },
  {
    name: "a body of exactly this size",
    template: pageText("matchers:\n  - {type: size, size: [43]}"),
    positive: onPage("x".repeat(43)),
    nearMiss: onPage("x".repeat(44)),
  },
  {
    name: "an icon by its mmh3 hash",
    template: get(
      "favicon.ico",
      'matchers:\n  - {type: dsl, dsl: ["status_code==200 && (\\"-1058618617\\" == mmh3(base64_py(body)))"]}',
    ),
    positive: pathsSite({ "/favicon.ico": icon }),
    nearMiss: pathsSite({ "/favicon.ico": `${icon}s` }),
  },
  {
    name: "an icon by its md5 hash",
    template: get(
      "favicon.ico",
      "matchers:\n  - {type: dsl, dsl: ['md5(body) == \"f7b111dd6846b0176eeeeb8ddc75f907\"']}",
    ),
    positive: pathsSite({ "/favicon.ico": icon }),
    nearMiss: pathsSite({ "/favicon.ico": icon.toUpperCase() }),
  },
  {
    name: "each technology a result with its name",
    template: pageText(`matchers:
  - {type: word, name: php, part: header, words: ["X-Powered-By: PHP"]}
  - {type: word, name: nginx, part: header, words: ["Server: nginx"], case-insensitive: true}
  - {type: regex, name: jquery, regex: ['jquery[-.]\\d']}
  - {type: word, name: drupal, words: [Drupal.settings]}`),
    positive: pageSite({ headers: { "x-powered-by": "PHP/8.3", Server: "nginx" }, body: "/jquery-3.js" }),
    found: ["jquery", "nginx", "php"],
    nearMiss: pageSite({ headers: { "x-powered-by": "Python", Server: "other" }, body: "/jquery.js" }),
  },
  {
    name: "the version of a page's generator",
    template: pageText(
      "matchers:\n  - {type: word, words: ['name=\"generator\"']}\nextractors:\n  - {type: regex, name: version, group: 1, regex: ['content=\"WordPress ([0-9.]+)\"']}",
    ),
    positive: onPage('<meta name="generator" content="WordPress 6.4.2">'),
    found: ["version=6.4.2"],
    nearMiss: onPage('<meta name="author" content="WordPress 6.4.2">'),
  },
  {
    name: "a version that is old enough, by comparing it",
    template: pageText(`extractors:
  - {type: regex, name: version, internal: true, group: 1, regex: ['"version":"([0-9.]+)"']}
matchers:
  - {type: dsl, dsl: ["compare_versions(version, '>= 8.0.0', '< 8.3.1')"]}`),
    positive: onPage('{"version":"8.3.0"}'),
    nearMiss: onPage('{"version":"8.3.1"}'),
  },
  {
    name: "values of a document in json",
    template: pageText(
      "matchers:\n  - {type: word, part: header, words: [application/json]}\nextractors:\n  - {type: json, name: users, json: ['.users[] | select(.admin) | .name']}",
    ),
    positive: pageSite({
      headers: { "Content-Type": "application/json" },
      body: '{"users":[{"name":"a","admin":true},{"name":"b","admin":false},{"name":"c","admin":true}]}',
    }),
    found: ["users=a,c"],
    nearMiss: pageSite({ headers: { "Content-Type": "text/json" }, body: '{"users":[{"name":"a","admin":true}]}' }),
  },
  {
    name: "a form that has no token, by xpath",
    template: pageText(
      "matchers-condition: and\nmatchers:\n  - {type: xpath, xpath: ['//form[@method=\"post\"]']}\n  - {type: xpath, xpath: ['//input[@name=\"csrf\"]'], negative: true}",
    ),
    positive: pageSite({ headers: html, body: '<form method="post"><input name="user"></form>' }),
    nearMiss: pageSite({ headers: html, body: '<form method="post"><input name="csrf"></form>' }),
  },
  {
    name: "an attribute, by xpath",
    template: pageText(
      "extractors:\n  - {type: xpath, name: app, attribute: content, xpath: ['//meta[@name=\"app\"]']}",
    ),
    positive: pageSite({ headers: html, body: '<head><meta name="app" content="Garrison 1"></head>' }),
    found: ["app=Garrison 1"],
    nearMiss: pageSite({ headers: html, body: '<head><meta name="application" content="Garrison 1"></head>' }),
  },
  {
    name: "an element of a document in xml",
    template: pageText("matchers:\n  - {type: xpath, xpath: ['/rss/channel[generator=\"feed\"]']}"),
    positive: onPage('<?xml version="1.0"?><rss><channel><generator>feed</generator></channel></rss>'),
    nearMiss: onPage('<?xml version="1.0"?><rss><channel><title>feed</title></channel></rss>'),
  },
  {
    name: "headers and cookies by their names",
    template: pageText("extractors:\n  - {type: kval, kval: [x_jenkins, session]}"),
    positive: pageSite({ headers: { "X-Jenkins": "2.426", "Set-Cookie": "session=abc; HttpOnly" } }),
    found: ["k=2.426,abc"],
    nearMiss: pageSite({ headers: { "X-Hudson": "1.395", "Set-Cookie": "id=abc" } }),
  },
  {
    name: "one of many paths, and then no more",
    template: blockText(
      "http",
      `path: ["{{BaseURL}}/a.env", "{{BaseURL}}/b.env", "{{BaseURL}}/c.env"]
stop-at-first-match: true
matchers:
  - {type: regex, regex: ["(?m)^APP_KEY=", "(?m)^DB_PASSWORD="], condition: and}`,
    ),
    positive: pathsSite({ "/b.env": "APP_KEY=1\nDB_PASSWORD=2", "/c.env": "APP_KEY=1\nDB_PASSWORD=2" }),
    nearMiss: pathsSite({ "/b.env": "APP_KEY=1\n# DB_PASSWORD=2", "/c.env": "DB_PASSWORD=2" }),
  },
  {
    name: "what stands behind a redirect on the same host",
    template: pageText(
      "host-redirects: true\nmax-redirects: 2\nmatchers-condition: and\nmatchers:\n  - {type: word, words: [Dashboard]}\n  - {type: status, status: [200]}",
    ),
    positive: pathsSite({ "/page": { status: 302, headers: { location: "/home" } }, "/home": "Dashboard" }),
    nearMiss: pathsSite({
      "/page": { status: 302, headers: { location: "/1" } },
      "/1": { status: 302, headers: { location: "/2" } },
      "/2": { status: 302, headers: { location: "/home" } },
      "/home": "Dashboard",
    }),
  },
  {
    name: "header and body in one expression",
    template: pageText(
      "matchers:\n  - type: dsl\n    condition: and\n    dsl: ['contains(to_lower(all_headers), \"content-type: application/x-yaml\")', 'contains_all(body, \"kind:\", \"steps:\")', 'content_length > 10']",
    ),
    positive: pageSite({ headers: { "Content-Type": "application/x-yaml" }, body: "kind: pipeline\nsteps: []" }),
    nearMiss: pageSite({ headers: { "Content-Type": "text/html" }, body: "kind: pipeline\nsteps: []" }),
  },
  {
    name: "only as much of a body as was asked for",
    template: pageText("max-size: 20\nmatchers:\n  - {type: word, words: [secret]}"),
    positive: onPage(`${"x".repeat(14)}secret`),
    nearMiss: onPage(`${"x".repeat(15)}secret`),
  },
];
