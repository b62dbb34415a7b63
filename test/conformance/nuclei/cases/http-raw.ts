import { listedAs, siteAt } from "../../../support/scan-sites/derived-sites.ts";
import { httpAnswer } from "../../../support/scan-sites/secure-site.ts";
import { httpSite, pageSite, pathsSite, type SeenRequest } from "../../../unit/engines/scan/key-cases/http-site.ts";
import type { Site } from "../../../unit/engines/scan/key-cases/sites.ts";
import { tcpSite } from "../../../unit/engines/scan/key-cases/tcp-site.ts";
import type { EngineCase } from "../engine-case.ts";

const link = '<body>\n<a href="/domains">Domains</a></body>';
const title = "<head>\n<title>Dynamic Extractor Test</title>";

const withLogin = ({ method, path, headers, body }: SeenRequest): string =>
  `${method} ${path} ${String(headers["another_header"])} ${body}`;
const login = ["POST / Z3Vlc3Q= username=test&password=guest", "POST / bnVjbGVp username=test&password=nuclei"];
const welcome = "Test is raw-payload matcher text";

const unsafe = (answer: string) =>
  tcpSite(
    (received) => (received.endsWith("\r\n\r\n") ? httpAnswer(answer) : undefined),
    (port) => `http://127.0.0.1:${port}`,
  );
const unsafeBytes = ["GET / HTTP/1.1\r\nHost: \r\nContent-Length: 4\r\n\r\n"];

const withOrigin = ({ method, path, headers }: SeenRequest): string =>
  `${method} ${path} ${String(headers["origin"]).replace(/:\d+/, "")}`;

/** With a target that has no path. */
const origin = (site: Site): Site => siteAt((own) => own.replace(/\/$/, ""), site);

const withQuery = (body: string, query: string) =>
  siteAt((own) => `${own}${query}`, pageSite(body, { show: ({ method, path }) => `${method} ${path}` }));

const reused = "{{to_upper('abc')}}";

export const rawCases: readonly EngineCase[] = [
  {
    file: "protocols/http/disable-path-automerge.yaml",
    name: "the target's path is not put before, not even to no path",
    site: pathsSite({ "/api/v1/test?id=123": "123", "/": "empty path in raw request" }, { path: "/api/v1/user" }),
    results: 2,
    asked: ["GET /api/v1/test?id=123", "GET /"],
  },
  {
    file: "protocols/http/disable-path-automerge.yaml",
    name: "one of the two is not there",
    site: pathsSite({ "/": "empty path in raw request" }, { path: "/api/v1/user" }),
    results: 1,
    asked: ["GET /api/v1/test?id=123", "GET /"],
  },
  {
    file: "protocols/http/http-matcher-extractor-dy-extractor.yaml",
    name: "what the first response names is asked for",
    site: pathsSite({ "/": link, "/domains": title }),
    results: 1,
    found: ["Dynamic Extractor Test"],
    asked: ["GET /", "GET /domains"],
  },
  {
    file: "protocols/http/http-matcher-extractor-dy-extractor.yaml",
    name: "the first response names nothing",
    site: pathsSite({ "/": "<body></body>", "/domains": title }),
    results: 0,
    asked: ["GET /"],
    errors: ["unresolved"],
  },
  {
    file: "protocols/http/race-simple.yaml",
    name: "ten times at once",
    site: pageSite("ok"),
    results: 10,
    asked: Array.from({ length: 10 }, () => "GET /"),
  },
  {
    file: "protocols/http/race-simple.yaml",
    name: "every second one succeeds",
    site: httpSite(({ number }) => ({ status: number % 2 === 0 ? 200 : 409 })),
    results: 5,
    asked: Array.from({ length: 10 }, () => "GET /"),
  },
  {
    file: "protocols/http/raw-get-query.yaml",
    name: "a query without a path",
    site: pathsSite({ "/?test=nuclei": "Test is test raw-get-query-matcher text" }),
    results: 1,
    asked: ["GET /?test=nuclei"],
  },
  {
    file: "protocols/http/raw-get-query.yaml",
    name: "another text",
    site: pageSite("Test is test raw-get-query"),
    results: 0,
    asked: ["GET /?test=nuclei"],
  },
  {
    file: "protocols/http/raw-get.yaml",
    name: "with the origin",
    site: origin(pageSite("Test is test raw-get-matcher text", { show: withOrigin })),
    results: 1,
    asked: ["GET / http://127.0.0.1"],
  },
  {
    file: "protocols/http/raw-get.yaml",
    name: "another text",
    site: origin(pageSite("Test is test raw-get", { show: withOrigin })),
    results: 0,
    asked: ["GET / http://127.0.0.1"],
  },
  {
    file: "protocols/http/raw-payload.yaml",
    name: "every combination, in the body and in a header",
    site: httpSite(({ body }) => (body.startsWith("username=test&password=") ? welcome : ""), { show: withLogin }),
    results: 2,
    asked: login,
    unordered: true,
  },
  {
    file: "protocols/http/raw-payload.yaml",
    name: "one combination is the right one",
    site: httpSite(({ body }) => (body === "username=test&password=guest" ? welcome : ""), { show: withLogin }),
    results: 1,
    asked: login,
    unordered: true,
  },
  {
    file: "protocols/http/raw-unsafe-request.yaml",
    name: "sent byte for byte",
    site: unsafe("This is test raw-unsafe-matcher test"),
    results: 1,
    asked: unsafeBytes,
  },
  {
    file: "protocols/http/raw-unsafe-request.yaml",
    name: "another text",
    site: unsafe("This is test raw-unsafe"),
    results: 0,
    asked: unsafeBytes,
  },
  {
    file: "protocols/http/raw-with-params.yaml",
    name: "the target's query stays",
    site: withQuery("Test is test raw-params-matcher text", "?key1=value1"),
    results: 1,
    asked: ["GET /?key1=value1&key2=value2"],
  },
  {
    file: "protocols/http/raw-with-params.yaml",
    name: "another text",
    site: withQuery("Test is test raw-params", "?key1=value1"),
    results: 0,
    asked: ["GET /?key1=value1&key2=value2"],
  },
  {
    file: "protocols/http/response-data-literal-reuse.yaml",
    name: "an expression in a response stays a text",
    site: listedAs(
      decodeURIComponent,
      httpSite(({ path }) => (path === "/" ? reused : "ok")),
    ),
    results: 1,
    asked: ["GET /", `GET /echo?x=${reused}`],
  },
  {
    file: "protocols/http/response-data-literal-reuse.yaml",
    name: "the second status is another one",
    site: listedAs(
      decodeURIComponent,
      httpSite(({ path }) => (path === "/" ? reused : { status: 404 })),
    ),
    results: 0,
    asked: ["GET /", `GET /echo?x=${reused}`],
  },
];
