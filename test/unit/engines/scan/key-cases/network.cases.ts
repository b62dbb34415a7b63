import type { KeyCase } from "./key-case.ts";
import { operatorCases, payloadCases } from "./operator-cases.ts";
import { countedSite } from "./counted-site.ts";
import { tcpSite } from "./tcp-site.ts";
import { blockText } from "./template-text.ts";
import { tlsSite } from "./tls-site.ts";

/** Answers each line with `got` and the line, and hangs up after the line `bye`. */
const echo = tcpSite((received, socket) => {
  if (!received.endsWith("\n")) return undefined;
  const line = received.trimEnd().split("\n").at(-1) ?? "";
  if (line === "bye") setImmediate(() => socket.end());
  return line === "" ? undefined : `got ${line};`;
});
const host = 'host: ["{{Hostname}}"]';
const say = (...inputs: readonly string[]): string => `inputs: [${inputs.map((one) => `{${one}}`).join(", ")}]`;
const shown = "extractors: [{type: regex, regex: ['(?s).+']}]";
const answered = `${host}\n${say('data: "one\\n"')}`;

export const networkCases: readonly KeyCase[] = [
  ...operatorCases({ place: "network", keys: answered, site: echo, word: "got", part: "data" }),
  ...payloadCases("network", `${host}\n${say('data: "{{word}}\\n"')}`, echo, (word) => `${word}\n`),
  {
    place: "network",
    key: "attack",
    shows: "how several lists of payloads are combined",
    template: blockText(
      "network",
      `${host}\n${say('data: "{{a}}{{b}}\\n"')}\nattack: pitchfork\npayloads: {a: [x, y], b: ["1", "2"]}`,
    ),
    to: "clusterbomb",
    site: echo,
    unordered: true,
    expected: { sent: ["x1\n", "y2\n"] },
    changed: { sent: ["x1\n", "x2\n", "y1\n", "y2\n"] },
  },
  {
    place: "network",
    key: "threads",
    shows: "connections at once",
    template: blockText("network", `${host}\n${say('data: "{{a}}"')}\nthreads: 1\npayloads: {a: [x, y]}`),
    site: countedSite,
    expected: { sent: ["1 at once"] },
    changed: { sent: ["2 at once"] },
  },
  {
    place: "network",
    key: "host",
    shows: "tls:// before it speaks TLS",
    template: blockText("network", `host: ["tls://{{Hostname}}"]\n${say("data: hello")}\n${shown}`),
    to: ["{{Hostname}}"],
    site: tlsSite("over TLS"),
    expected: { sent: ["hello"] },
    changed: { sent: [] },
  },
  {
    place: "network",
    key: "inputs",
    shows: "what is sent, in order",
    template: blockText("network", `${host}\n${say("data: a", "data: b", 'data: "c\\n"')}`),
    to: [{ data: "d\n" }],
    site: echo,
    expected: { sent: ["abc\n"] },
    changed: { sent: ["d\n"] },
  },
  {
    place: "network",
    key: "port",
    shows: "the port of a target that has none",
    template: blockText("network", `${host}\nport: "9"`),
    site: tcpSite(
      () => undefined,
      () => "127.0.0.2",
    ),
    expected: { errors: ["unreachable"] },
    changed: { errors: ["protocol"] },
  },
  {
    place: "network",
    key: "exclude-ports",
    shows: "ports of a URL that give way to the template's",
    template: blockText("network", `${host}\nport: "9, 10"\nexclude-ports: "7"`),
    site: tcpSite(
      () => undefined,
      () => "http://127.0.0.2:8080",
    ),
    expected: { errors: ["unreachable"] },
    changed: { errors: ["unreachable", "unreachable"] },
  },
  {
    place: "network",
    key: "read-size",
    shows: "bytes of the last read at most",
    template: blockText("network", `${answered}\nread-size: 3\n${shown}`),
    site: echo,
    expected: { findings: ["k=got"] },
    changed: { findings: ["k=got one;"] },
  },
  {
    place: "network",
    key: "read-all",
    shows: "reads until the server stops",
    template: blockText("network", `${host}\n${say('data: "bye\\n"')}\nread-size: 3\nread-all: true\n${shown}`),
    site: echo,
    expected: { findings: ["k=got bye;"] },
    changed: { findings: ["k=got"] },
  },
  {
    place: "network",
    key: "stop-at-first-match",
    shows: "later hosts are left out once one matched",
    template: blockText(
      "network",
      `host: ["{{Hostname}}", "127.0.0.1:{{Port}}"]\n${say('data: "one\\n"')}\nstop-at-first-match: true\n` +
        "matchers: [{type: word, words: [got]}]",
    ),
    site: echo,
    expected: { sent: ["one\n"] },
    changed: { sent: ["one\n", "one\n"] },
  },
  {
    place: "networkInput",
    key: "data",
    shows: "what is sent; it may be a number",
    template: blockText("network", `${host}\n${say("data: 0700")}`),
    to: "{{Host}}",
    site: tcpSite((received) => (received === "" ? undefined : "ok")),
    expected: { sent: ["0700"] },
    changed: { sent: ["127.0.0.1"] },
  },
  {
    place: "networkInput",
    key: "type",
    shows: "hex: pairs of digits are the bytes",
    template: blockText("network", `${host}\n${say('data: "6f6b", type: hex')}`),
    site: tcpSite((received) => (received === "" ? undefined : "ok")),
    expected: { sent: ["ok"] },
    changed: { sent: ["6f6b"] },
  },
  {
    place: "networkInput",
    key: "read",
    shows: "bytes that are read after it; they are not in the last read",
    template: blockText("network", `${host}\n${say('data: "one\\n", read: 4')}\n${shown}`),
    site: echo,
    expected: { findings: ["k=one;"] },
    changed: { findings: ["k=got one;"] },
  },
  {
    place: "networkInput",
    key: "name",
    shows: "the name of what was read after it, for parts and for later inputs",
    template: blockText(
      "network",
      `${host}\n${say('data: "one\\n", read: 100, name: greeting', 'data: "{{greeting}}\\n"')}\n` +
        "matchers: [{type: word, part: greeting, words: [got one]}]\n" +
        "extractors: [{type: regex, regex: ['(?s).+']}]",
    ),
    site: echo,
    expected: { findings: ["k=got got one;;"], errors: [] },
    changed: { findings: [], errors: ["protocol"] },
  },
];
