import { joinedSites, siteAt, siteNamed } from "../../../../support/scan-sites/derived-sites.ts";
import { httpAnswer, secureSites } from "../../../../support/scan-sites/secure-site.ts";
import { dnsSite } from "../../../../unit/engines/scan/key-cases/dns-site.ts";
import { httpSite, pathsSite } from "../../../../unit/engines/scan/key-cases/http-site.ts";
import type { Site } from "../../../../unit/engines/scan/key-cases/sites.ts";
import { templateText } from "../../../../unit/engines/scan/key-cases/template-text.ts";
import type { CorpusCase } from "./corpus-case.ts";

const name = "www.garrison.test";
const get = (path: string, keys: string): string =>
  `  - path: ["{{BaseURL}}/${path}"]\n${keys.replaceAll(/^/gm, "    ")}`;
const word = (words: string, internal = false): string =>
  `matchers: [{type: word, words: ["${words}"]${internal ? ", internal: true" : ""}}]`;

const hosted = (alias: string, body: string): Site =>
  joinedSites(
    siteNamed(
      name,
      httpSite(() => ({ status: 404, body })),
    ),
    dnsSite(() => ({ answers: [{ type: "CNAME", name, ttl: 60, data: alias }] })),
  );

const secure = secureSites();

/** A part of a workflow. */
const part = (id: string, path: string, keys: string): string =>
  `id: ${id}\ninfo: {name: N, author: a, severity: low, tags: [${id}]}\nhttp:\n${get(path, keys)}\n`;

const tech = part(
  "tech",
  "",
  "matchers:\n  - {type: word, name: wordpress, words: [wp-content]}\n  - {type: word, name: drupal, words: [Drupal.]}",
);
const readme = part(
  "readme",
  "readme.html",
  "extractors: [{type: regex, name: version, group: 1, regex: ['Version ([0-9.]+)']}]",
);
const asset = part("asset", "wp.js?ver={{version}}", word("vulnerable"));
const files = { "tech.yaml": tech, "parts/readme.yaml": readme, "parts/asset.yaml": asset };
const wordpress = { "/": "wp-content", "/readme.html": "Version 6.1", "/wp.js?ver=6.1": "vulnerable" };
const workflow = (steps: string): string => templateText(`workflows:\n${steps}`);

/** Scripts that decide what is asked, and templates that run after others. */
export const flowCases: readonly CorpusCase[] = [
  {
    name: "a second request only after the first one matched",
    template: templateText(
      `flow: http(1) && http(2)\nhttp:\n${get("wp-login.php", word("WordPress", true))}\n${get("xmlrpc.php", word("accepts POST requests only"))}`,
    ),
    positive: pathsSite({ "/wp-login.php": "WordPress", "/xmlrpc.php": "XML-RPC server accepts POST requests only." }),
    nearMiss: pathsSite({ "/wp-login.php": "Wordpress", "/xmlrpc.php": "XML-RPC server accepts POST requests only." }),
  },
  {
    name: "a name that leads to a service which does not know it",
    template: templateText(
      `flow: dns() && http()\ndns:\n  - {name: "{{FQDN}}", type: CNAME, matchers: [{type: word, words: [.pages.test], internal: true}]}\nhttp:\n${get("", word("There is no site here"))}`,
    ),
    positive: hosted("gone.pages.test", "There is no site here"),
    nearMiss: hosted("gone.page.test", "There is no site here"),
  },
  {
    name: "a request for each value of a page",
    template: templateText(
      `flow: |\n  http("list");\n  for (const user of iterate(template["users"])) {\n    set("user", user);\n    http("user");\n  }\nhttp:\n${get("users", "id: list\nextractors: [{type: json, name: users, internal: true, json: ['.[].id']}]")}\n${get("user/{{user}}", `id: user\n${word("isAdmin")}\nextractors: [{type: dsl, name: id, dsl: [user]}]`)}`,
    ),
    positive: pathsSite({ "/users": '[{"id":"1"},{"id":"2"}]', "/user/1": "", "/user/2": "isAdmin: true" }),
    found: ["id=2"],
    nearMiss: pathsSite({ "/users": '[{"id":"1"},{"id":"3"}]', "/user/1": "", "/user/2": "isAdmin: true" }),
  },
  {
    name: "a condition on what was extracted",
    template: templateText(
      `flow: |\n  http(1);\n  const parts = template["version"].split(".").map(Number);\n  if (parts[0] < 3) { set("old", "v" + parts[0]); http(2); }\nhttp:\n${get("version", "extractors: [{type: regex, name: version, internal: true, regex: ['[0-9.]+']}]")}\n${get("{{old}}/debug", word("debug"))}`,
    ),
    positive: pathsSite({ "/version": "2.14", "/v2/debug": "debug" }),
    nearMiss: pathsSite({ "/version": "3.14", "/v3/debug": "debug", "/v2/debug": "debug" }),
  },
  {
    name: "a list that the template brings, joined with a loop",
    template: templateText(
      `variables: {names: [alpha, beta]}\nflow: |\n  for (const name of iterate(template["names"])) { set("name", name); if (http()) break; }\nhttp:\n${get("{{name}}", word("here"))}`,
    ),
    positive: pathsSite({ "/beta": "here" }),
    nearMiss: pathsSite({ "/gamma": "here" }),
  },
  {
    name: "what a handshake told, in a request",
    template: templateText(
      `flow: |\n  ssl();\n  set("owner", template["ssl_subject_org"][0]);\n  http();\nssl:\n  - {address: "{{Host}}:{{Port}}"}\nhttp:\n${get("?owner={{owner}}", word("for {{owner}}"))}`,
    ),
    positive: siteAt(
      (own) => `https://${own}`,
      secure((received) => httpAnswer(received.includes("owner=Garrison ") ? "for Garrison" : "for nobody")),
    ),
    nearMiss: siteAt(
      (own) => `https://${own}`,
      secure(() => httpAnswer("for garrison")),
    ),
  },
  {
    name: "a workflow: what was found decides what is looked for",
    template: workflow("  - template: tech.yaml\n    subtemplates: [{template: parts/readme.yaml}]"),
    files,
    positive: pathsSite(wordpress),
    found: ["version=6.1"],
    nearMiss: pathsSite({ ...wordpress, "/": "wp-contents".slice(0, 9) }),
  },
  {
    name: "a workflow: by the name of a match, with a value that goes along",
    template: workflow(
      "  - template: tech.yaml\n    matchers:\n      - name: wordpress\n        subtemplates:\n          - template: parts/readme.yaml\n            subtemplates: [{template: parts/asset.yaml}]",
    ),
    files,
    positive: pathsSite(wordpress),
    found: ["asset"],
    nearMiss: pathsSite({ ...wordpress, "/": "Drupal.settings" }),
  },
  {
    name: "a workflow: all templates with a tag",
    template: workflow("  - tags: tech\n    subtemplates: [{tags: readme}]"),
    files,
    positive: pathsSite(wordpress),
    found: ["version=6.1"],
    nearMiss: pathsSite({ ...wordpress, "/readme.html": "Version: 6.1" }),
  },
];
