import { type KeySupport, type KeyTable, no, yes } from "./key-support.ts";
import { protocolKeyTables } from "./protocol-keys.ts";
import type { Section } from "./section.ts";

export type { KeySupport, KeyTable } from "./key-support.ts";

/**
 * Every key of nuclei's template language by the place where it stands. A key that is not here is refused as
 * unknown; one with `supported: false` is refused by name. Documentation is generated from this table.
 */
export const languageKeys = {
  template: {
    id: yes("names the template; letters, digits, - and _"),
    info: yes("kept as it is and shown with each finding"),
    http: yes("http requests"),
    requests: yes("alias of http"),
    "stop-at-first-match": yes("later request blocks are not sent once one matched"),
    flow: yes("JavaScript that calls the requests; runs in an isolate without access to the machine"),
    dns: yes("dns queries"),
    file: yes("files of a folder; runs only where scan.enable.file says so"),
    network: yes("tcp and tls connections"),
    tcp: yes("alias of network"),
    ssl: yes("tls handshakes"),
    websocket: yes("websocket messages"),
    headless: no("the headless protocol is not run"),
    code: no("the code protocol is not run"),
    javascript: no("the javascript protocol is not run"),
    whois: no("the whois protocol is not run"),
    workflows: yes("templates that run after a match of others"),
    variables: yes("texts with placeholders, or lists; each may use those before it"),
    constants: yes("values that are taken as they are"),
    signature: no("signed requests are not sent"),
    "self-contained": yes("brings its own targets; runs only where scan.enable.selfContained says so"),
  },
  http: {
    path: yes("one request each, in order"),
    raw: yes("whole requests as text, one after the other; annotations @Host, @timeout, @once, @tls-sni"),
    method: yes("GET when absent"),
    headers: yes("sent as written, over the defaults"),
    body: yes("line ends become CR LF unless the body already has one"),
    id: yes("names the request for flows, and its response for later requests"),
    name: yes("the request is not shared with other templates"),
    payloads: yes("lists of values, or files of them; a request for each"),
    attack: yes("batteringram, pitchfork, clusterbomb; batteringram, which takes one payload, when absent"),
    threads: yes("combinations of payloads at once, at most 100; 25 when absent"),
    redirects: yes("follows every redirect that is in scope"),
    "host-redirects": yes("follows redirects to the same host and port"),
    "protocol-redirects": yes("beside redirects or host-redirects: follows those of the same scheme only"),
    "max-redirects": yes("10 when absent or 0"),
    "max-size": yes("bytes of the body that are read; the engine's limit when absent"),
    "read-all": yes("beside unsafe: reads until the connection ends, whatever Content-Length says"),
    "stop-at-first-match": yes("later requests are not sent once one matched"),
    "iterate-all": yes("later requests are sent once for each value that was extracted"),
    "req-condition": yes("looked back at is what kval and xpath name, too; parts and dsl always are"),
    "cookie-reuse": yes("false: cookies are not kept between requests"),
    "disable-cookie": yes("cookies are not kept between requests"),
    "skip-variables-check": yes("placeholders without a value are sent as they are"),
    "disable-path-automerge": yes("the target's path is not put before that of raw requests"),
    "digest-username": yes("for a digest login"),
    "digest-password": yes("for a digest login"),
    "pre-condition": yes("matchers on the target's URL; nothing is sent unless they match"),
    "pre-condition-operator": yes("and, or; or when absent"),
    "self-contained": yes("brings its own targets; runs only where scan.enable.selfContained says so"),
    unsafe: yes("raw requests are sent byte for byte, on a connection of their own"),
    race: yes("sends the request race_count times at the same moment"),
    race_count: yes("at most 250"),
    pipeline: yes("sends requests without waiting for the answers to those before"),
    "pipeline-concurrent-connections": yes("beside pipeline; 1 when absent"),
    "pipeline-requests-per-connection": yes("beside pipeline; 100 when absent"),
    matchers: yes("see matchers"),
    "matchers-condition": yes("or when absent"),
    extractors: yes("see extractors"),
    fuzzing: no("fuzzing needs recorded requests to start from, which scans do not have"),
    analyzer: no("analyzers belong to fuzzing, which is not run"),
    signature: no("signing needs an account's secret key, which scans have no place for"),
    "skip-secret-file": no("there are no secret files"),
    "global-matchers": no("matchers apply to their own template only"),
  },
  workflow: {
    template: yes("path of a template, from the folder of templates or beside the workflow"),
    tags: yes("in place of template: all templates with one of these tags"),
    matchers: yes("what runs after a match of some names"),
    subtemplates: yes("what runs after any match"),
  },
  workflowMatcher: {
    name: yes("names of matchers or extractors"),
    condition: yes("or when absent"),
    subtemplates: yes("what runs then"),
  },
  matcher: {
    type: yes("word, regex, binary, status, size, dsl, xpath"),
    name: yes("under or, each named match is a finding of its own"),
    condition: yes("or when absent; status and size have none"),
    part: yes("body when absent; dsl has none"),
    negative: yes("turns the result around; an absent part still does not match"),
    internal: yes("a match of internal matchers only is not reported"),
    words: yes("type word"),
    regex: yes("type regex, RE2 syntax"),
    status: yes("type status"),
    size: yes("type size, in bytes"),
    encoding: yes("hex: words are written as bytes; no effect on regex and binary"),
    "case-insensitive": yes("type word"),
    binary: yes("type binary, bytes in hex"),
    dsl: yes("type dsl"),
    xpath: yes("type xpath"),
    "match-all": yes("types word, regex, xpath: all that was found is kept with the finding"),
  },
  extractor: {
    type: yes("regex, kval, xpath, json, dsl"),
    name: yes("named extractors are a finding each when no named matcher matched"),
    part: yes("body when absent; kval reads headers, cookies and response fields by name"),
    regex: yes("type regex, RE2 syntax"),
    group: yes("type regex: the group to keep, 0 when absent"),
    kval: yes("type kval"),
    "case-insensitive": yes("type kval: names and values in lower case"),
    internal: yes("values are for later requests and operators, and no result"),
    json: yes("type json, filters of jq"),
    xpath: yes("type xpath"),
    attribute: yes("type xpath: the attribute to keep, the text when absent"),
    dsl: yes("type dsl"),
  },
  matcherType: {
    word: yes("a word is in the part"),
    regex: yes("an RE2 pattern is found in the part"),
    status: yes("the status code is one of these"),
    size: yes("the part has one of these sizes in bytes"),
    binary: yes("a sequence of bytes is in the part"),
    dsl: yes("an expression is true"),
    xpath: yes("an expression selects a node; XML where the part begins with <?xml, else HTML"),
  },
  extractorType: {
    regex: yes("what an RE2 pattern or one of its groups matched"),
    kval: yes("values by name"),
    json: yes("what a filter of jq gives"),
    xpath: yes("texts or attributes of selected nodes"),
    dsl: yes("values of expressions"),
  },
  ...protocolKeyTables,
} as const satisfies Record<string, KeyTable>;

export type LanguagePlace = keyof typeof languageKeys;

const support = (place: LanguagePlace, name: string): KeySupport | undefined => {
  const table: KeyTable = languageKeys[place];
  return Object.hasOwn(table, name) ? table[name] : undefined;
};

/** Reports every key of the section that this engine does not run. */
export const refuseOtherKeys = (section: Section, place: keyof typeof articles): void => {
  for (const { value: key } of section.keys()) {
    const found = support(place, key);
    if (found === undefined) section.complain("refused", key, `unknown key of ${articles[place]}`);
    else if (!found.supported) section.complain("refused", key, `not supported: ${found.note}`);
  }
};

const articles = {
  template: "a template",
  http: "an http request",
  matcher: "a matcher",
  extractor: "an extractor",
  dns: "a dns request",
  network: "a network request",
  networkInput: "an input of a network request",
  ssl: "an ssl request",
  websocket: "a websocket request",
  websocketInput: "an input of a websocket request",
  file: "a file request",
  workflow: "a step of a workflow",
  workflowMatcher: "a matcher of a workflow",
} as const;

/** The `type` of a matcher or extractor when it can be run; otherwise reports why not. */
export const supportedType = <Name extends string>(
  section: Section,
  place: "matcherType" | "extractorType",
  implemented: readonly Name[],
): Name | undefined => {
  const type = section.string("type")?.trim().toLowerCase();
  if (type === undefined || type === "") {
    section.complain("invalid", "type", "is missing");
    return undefined;
  }
  const name = implemented.find((candidate) => candidate === type);
  if (name !== undefined) return name;
  const found = support(place, type);
  if (found === undefined) section.complain("refused", "type", `unknown type "${type}"`);
  else section.complain("refused", "type", `type "${type}" is not supported: ${found.note}`);
  return undefined;
};
