import { httpSite, pageSite } from "./http-site.ts";
import type { KeyCase } from "./key-case.ts";
import type { Site } from "./sites.ts";
import { tcpSite } from "./tcp-site.ts";
import { blockText } from "./template-text.ts";

const ok = "matchers: [{type: word, words: [ok]}]";
const rawOf = (request: string, more = ""): string =>
  blockText("http", `raw:\n  - ${JSON.stringify(request)}\n${more}${ok}`);

/** Answers a whole request with these bytes, and ends the connection. */
const rawSite = (answer: string): Site =>
  tcpSite(
    (received, socket) => {
      if (received.endsWith("\r\n\r\n")) socket.end(answer, "latin1");
      return undefined;
    },
    (port) => `http://127.0.0.1:${port}/`,
  );

const onConnection = { show: ({ connection }: { readonly connection: number }) => `on connection ${connection}` };
const four = 'path: ["{{BaseURL}}/{{p}}"]\npayloads: {p: [a, b, c, d]}\n';

const longestWaitMs = 500;

/** Says ok on the second connection, and on the first one when the second is there before its answers. */
const twoAtOnce = (): Site => {
  let there = (): void => undefined;
  let second: Promise<string> = Promise.resolve("");
  return httpSite(({ number, connection }) => {
    if (number === 1) {
      second = new Promise((resolve) => {
        const timer = setTimeout(() => resolve("no"), longestWaitMs);
        there = () => {
          clearTimeout(timer);
          resolve("ok");
        };
      });
    }
    if (connection === 1) return second;
    there();
    return "ok";
  });
};

export const httpRawCases: readonly KeyCase[] = [
  {
    place: "http",
    key: "raw",
    shows: "requests as text, with their own headers and body",
    template: rawOf("POST /a?b HTTP/1.1\nHost: {{Hostname}}\nX-Own: 1\n\nsome body"),
    to: ["GET /c HTTP/1.1\nHost: {{Hostname}}\n\n"],
    site: httpSite(({ body }) => (body === "some body" ? "ok" : "no"), {
      show: ({ method, path, headers, body }) => `${method} ${path} ${String(headers["x-own"] ?? "")} ${body}`.trim(),
    }),
    expected: { findings: ["k"], sent: ["POST /a?b 1 some body"] },
    changed: { findings: [], sent: ["GET /c"] },
  },
  {
    place: "http",
    key: "unsafe",
    shows: "sends the bytes as they are written",
    template: rawOf("GET /a HTTP/1.0\nHost: x\nX-Odd : {{no_such}}\n\n", "unsafe: true\nskip-variables-check: true\n"),
    site: rawSite("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
    expected: { findings: ["k"], sent: ["GET /a HTTP/1.0\r\nHost: x\r\nX-Odd : {{no_such}}\r\n\r\n"] },
    changed: { findings: [], sent: [] },
  },
  {
    place: "http",
    key: "read-all",
    shows: "reads beyond what Content-Length says",
    template: rawOf("GET /a HTTP/1.1\nHost: x\n\n", "unsafe: true\nread-all: true\n"),
    site: rawSite("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno, ok"),
    expected: { findings: ["k"] },
    changed: { findings: [] },
  },
  {
    place: "http",
    key: "disable-path-automerge",
    shows: "the target's path does not stand before that of the request",
    template: rawOf("GET /a HTTP/1.1\nHost: {{Hostname}}\n\n", "disable-path-automerge: true\n"),
    site: pageSite("ok", { path: "/base" }),
    expected: { sent: ["GET /a"] },
    changed: { sent: ["GET /base/a"] },
  },
  {
    place: "http",
    key: "race",
    shows: "sends the request many times",
    template: rawOf("GET /a HTTP/1.1\nHost: {{Hostname}}\n\n", "race: true\nrace_count: 3\n"),
    site: pageSite("ok"),
    expected: { findings: ["k", "k", "k"], sent: ["GET /a", "GET /a", "GET /a"] },
    changed: { findings: ["k"], sent: ["GET /a"] },
  },
  {
    place: "http",
    key: "race_count",
    shows: "how often",
    template: rawOf("GET /a HTTP/1.1\nHost: {{Hostname}}\n\n", "race: true\nrace_count: 3\n"),
    to: 2,
    site: pageSite("ok"),
    expected: { sent: ["GET /a", "GET /a", "GET /a"] },
    changed: { sent: ["GET /a", "GET /a"] },
  },
  {
    place: "http",
    key: "pipeline",
    shows: "requests go one behind the other on one connection, not side by side",
    template: blockText("http", `${four}pipeline: true\n${ok}`),
    site: pageSite("ok", onConnection),
    unordered: true,
    expected: { sent: Array.from({ length: 4 }, () => "on connection 1"), findings: ["k", "k", "k", "k"] },
    changed: { sent: [1, 2, 3, 4].map((at) => `on connection ${at}`), findings: ["k", "k", "k", "k"] },
  },
  {
    place: "http",
    key: "pipeline-concurrent-connections",
    shows: "so many connections side by side",
    template: blockText(
      "http",
      `${four}pipeline: true\npipeline-concurrent-connections: 2\npipeline-requests-per-connection: 2\n${ok}`,
    ),
    site: twoAtOnce(),
    expected: { findings: ["k", "k", "k", "k"] },
    changed: { findings: ["k", "k"] },
  },
  {
    place: "http",
    key: "pipeline-requests-per-connection",
    shows: "a new connection after so many requests",
    template: blockText("http", `${four}pipeline: true\npipeline-requests-per-connection: 2\n${ok}`),
    site: pageSite("ok", onConnection),
    unordered: true,
    expected: { sent: [1, 1, 2, 2].map((at) => `on connection ${at}`) },
    changed: { sent: [1, 1, 1, 1].map((at) => `on connection ${at}`) },
  },
];
