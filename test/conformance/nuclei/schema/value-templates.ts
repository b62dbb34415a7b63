const operators = "matchers: [{type: word, words: [a]}]";

const block = (protocol: string, keys: string): string =>
  `id: a\ninfo: {name: N, author: a, severity: low}\n${protocol}:\n  - {${keys}}\n`;
const http = (keys: string): string => block("http", `path: ["{{BaseURL}}"], ${keys}`);
const dns = (keys: string): string => block("dns", `name: a.test, ${keys}, ${operators}`);
const file = (keys: string): string => block("file", `extensions: [all], ${keys}, ${operators}`);
const ssl = (keys: string): string => block("ssl", `address: "{{Host}}:{{Port}}", ${keys}, ${operators}`);
const network = (keys: string): string => block("network", `host: ["{{Hostname}}"], ${keys}, ${operators}`);
const websocket = (keys: string): string =>
  block("websocket", `address: "{{Scheme}}://{{Hostname}}", ${keys}, ${operators}`);

/** What a matcher or extractor of a type needs beside it. */
const besideType: Readonly<Record<string, string>> = {
  word: "words: [a]",
  regex: "regex: [a]",
  binary: "binary: ['00']",
  status: "status: [200]",
  size: "size: [1]",
  dsl: "dsl: ['true']",
  xpath: "xpath: [/a]",
  kval: "kval: [a]",
  json: "json: [.a]",
};

const typed = (list: "matchers" | "extractors", type: string): string =>
  http(`${list}: [{type: ${type}, ${besideType[type] ?? ""}}]`);

/** Such a workflow finds no template; what is judged is whether it complains about the value. */
const workflow = (keys: string): string =>
  `id: a\ninfo: {name: N, author: a}\nworkflows:\n  - {template: a.yaml, matchers: [{name: a, ${keys}}]}\n`;

/**
 * A template with a value that the schema lists: by the name of the definition that is nothing but such a list, or by
 * the place and key that have it.
 */
export const templateWith: Readonly<Record<string, (value: string) => string>> = {
  "dns.DNSRequestTypeHolder": (value) => dns(`type: ${value}`),
  "matchers.MatcherTypeHolder": (value) => typed("matchers", value),
  "extractors.ExtractorTypeHolder": (value) => typed("extractors", value),
  "generators.AttackTypeHolder": (value) => http(`attack: ${value}, payloads: {a: [b]}, ${operators}`),
  "http.HTTPMethodTypeHolder": (value) => http(`method: ${value}, ${operators}`),
  "network.NetworkInputTypeHolder": (value) => network(`inputs: [{data: "00", type: ${value}}]`),
  "severity.Holder": (value) => http(operators).replace("severity: low", `severity: ${value}`),
  "http.matchers-condition": (value) => http(`matchers-condition: ${value}, ${operators}`),
  "http.pre-condition-operator": (value) =>
    http(`pre-condition: [{type: dsl, dsl: ["true"]}], pre-condition-operator: ${value}, ${operators}`),
  "matcher.condition": (value) => http(`matchers: [{type: word, words: [a], condition: ${value}}]`),
  "matcher.encoding": (value) => http(`matchers: [{type: word, words: ["61"], encoding: ${value}}]`),
  "dns.class": (value) => dns(`class: ${value}`),
  "dns.matchers-condition": (value) => dns(`matchers-condition: ${value}`),
  "file.matchers-condition": (value) => file(`matchers-condition: ${value}`),
  "network.matchers-condition": (value) => network(`matchers-condition: ${value}`),
  "ssl.matchers-condition": (value) => ssl(`matchers-condition: ${value}`),
  "ssl.min_version": (value) => ssl(`min_version: ${value}`),
  "ssl.max_version": (value) => ssl(`max_version: ${value}`),
  "ssl.scan_mode": (value) => ssl(`scan_mode: ${value}`),
  "ssl.tls_cipher_types": (value) => ssl(`tls_cipher_enum: true, tls_cipher_types: [${value}]`),
  "websocket.matchers-condition": (value) => websocket(`matchers-condition: ${value}`),
  "workflowMatcher.condition": (value) => workflow(`condition: ${value}`),
};

/** The keys of the templates above that are refused whatever the value is. */
export const refusedAnyway: ReadonlySet<string> = new Set(["workflows[0].template"]);

/** Values that are refused by name: CONNECT would make a tunnel of the target. */
export const refusedValues: ReadonlySet<string> = new Set(["http.HTTPMethodTypeHolder=CONNECT"]);
