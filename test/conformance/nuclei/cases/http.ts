import { secureSites, httpAnswer } from "../../../support/scan-sites/secure-site.ts";
import { firstLine, listedAs } from "../../../support/scan-sites/derived-sites.ts";
import { httpSite, pageSite, pathsSite, type SeenRequest } from "../../../unit/engines/scan/key-cases/http-site.ts";
import type { Site } from "../../../unit/engines/scan/key-cases/sites.ts";
import { tcpSite } from "../../../unit/engines/scan/key-cases/tcp-site.ts";
import type { EngineCase } from "../engine-case.ts";

/** `/`, `/1` … up to `/last` redirect; what comes then is the page. */
const redirectsUpTo = (last: number, body: string): Site =>
  httpSite(({ path }) => {
    const at = Number(path.slice(1));
    return at < last ? { status: 302, headers: { location: `/${at + 1}` } } : body;
  });

/** Redirects by turns within the host, and then elsewhere. */
const redirectsElsewhere = (status: number): Site =>
  httpSite(({ path, headers }) => {
    const location = {
      "/": "/redirected1",
      "/redirected1": "redirected2",
      "/redirected2": "/redirected3",
      "/redirected3": `http://localhost:${String(headers["host"]).split(":")[1] ?? ""}/elsewhere`,
    }[path];
    if (location === undefined) return "";
    return { status: path === "/redirected3" ? status : 302, headers: { location } };
  });

const chunked = (body: string): Site => pageSite({ headers: { "transfer-encoding": "chunked" }, body });

const redirected = "This is test disable redirects matcher text";
const neverMatching = [
  { file: "protocols/http/matcher-status-and.yaml", word: "this_will_never_match_anything" },
  { file: "protocols/http/matcher-status-and-cluster.yaml", word: "this_will_also_never_match" },
].flatMap(({ file, word }): readonly EngineCase[] => [
  { file, name: "status without word", site: pageSite("ok"), results: 0, asked: ["GET /"] },
  {
    file,
    name: "word without status",
    site: pageSite({ status: 404, body: word }),
    results: 0,
    asked: ["GET /"],
  },
  { file, name: "word and status", site: pageSite(`a ${word} b`), results: 1, asked: ["GET /"] },
]);

const withKey = ({ method, path, headers }: SeenRequest): string => `${method} ${path} ${String(headers["x-api-key"])}`;
const constants = ["GET /api/v2 supersecretkey123"];

const blocks = [
  "GET /login?username=test&password=admin",
  "GET /admin-pannel",
  "GET /dashboard?date=2023-05-31",
  "GET /signup",
  "POST /filemanager/upload.php",
];

const secure = secureSites();
const sni = secure(
  (_received, serverName) => httpAnswer(serverName === "test" ? "test-ok" : "test-ko"),
  (port) => `https://127.0.0.1:${port}`,
);

export const httpCases: readonly EngineCase[] = [
  {
    file: "protocols/http/cl-body-without-header.yaml",
    name: "without the header it is the length of the body",
    site: chunked("this is a test"),
    results: 1,
    asked: ["GET /"],
  },
  {
    file: "protocols/http/cl-body-without-header.yaml",
    name: "one byte more",
    site: chunked("this is a test!"),
    results: 0,
    asked: ["GET /"],
  },
  {
    file: "protocols/http/constants-with-threads.yaml",
    name: "constants are in path and headers",
    site: httpSite(({ path, headers }) => `${path} ${String(headers["x-api-key"])}`, { show: withKey }),
    results: 1,
    asked: constants,
  },
  {
    file: "protocols/http/constants-with-threads.yaml",
    name: "one of two words",
    site: httpSite(({ path }) => path, { show: withKey }),
    results: 0,
    asked: constants,
  },
  {
    file: "protocols/http/disable-redirects.yaml",
    name: "two redirects are followed",
    site: redirectsUpTo(2, redirected),
    results: 1,
    asked: ["GET /", "GET /1", "GET /2"],
  },
  {
    file: "protocols/http/disable-redirects.yaml",
    name: "a third redirect is not",
    site: redirectsUpTo(3, redirected),
    results: 0,
    asked: ["GET /", "GET /1", "GET /2"],
  },
  {
    file: "protocols/http/get-headers.yaml",
    name: "the header is sent",
    site: httpSite(({ headers }) => (headers["test"] === "nuclei" ? "This is test headers matcher text" : "")),
    results: 1,
    asked: ["GET /"],
  },
  {
    file: "protocols/http/get-headers.yaml",
    name: "another text",
    site: pageSite("This is test headers"),
    results: 0,
    asked: ["GET /"],
  },
  {
    file: "protocols/http/get-host-redirects.yaml",
    name: "the redirect to another host is what is judged",
    site: redirectsElsewhere(307),
    results: 1,
    asked: ["GET /", "GET /redirected1", "GET /redirected2", "GET /redirected3"],
  },
  {
    file: "protocols/http/get-host-redirects.yaml",
    name: "the last one has another status",
    site: redirectsElsewhere(302),
    results: 0,
    asked: ["GET /", "GET /redirected1", "GET /redirected2", "GET /redirected3"],
  },
  {
    file: "protocols/http/get-override-sni.yaml",
    name: "the handshake names the host of the request",
    site: sni,
    results: 1,
    asked: ["GET / HTTP/1.1"],
  },
  {
    file: "protocols/http/get-override-sni.yaml",
    name: "another text",
    site: secure(
      () => httpAnswer("test-ko"),
      (port) => `https://127.0.0.1:${port}`,
    ),
    results: 0,
    asked: ["GET / HTTP/1.1"],
  },
  {
    file: "protocols/http/get-query-string.yaml",
    name: "the query is sent",
    site: pathsSite({ "/?test=nuclei": "This is test querystring matcher text" }),
    results: 1,
    asked: ["GET /?test=nuclei"],
  },
  {
    file: "protocols/http/get-sni.yaml",
    name: "the word is there",
    site: pageSite("test-ok"),
    results: 1,
    asked: ["GET /"],
  },
  {
    file: "protocols/http/get-sni.yaml",
    name: "the word is there in other letters",
    site: pageSite("Test-OK"),
    results: 0,
    asked: ["GET /"],
  },
  ...neverMatching,
  {
    file: "protocols/http/matcher-status.yaml",
    name: "blocks without matchers are sent and find nothing, the last one matches",
    site: pageSite("matcher status"),
    results: 1,
    asked: blocks,
  },
  {
    file: "protocols/http/matcher-status.yaml",
    name: "word without status",
    site: pageSite({ status: 404, body: "matcher status" }),
    results: 0,
    asked: blocks,
  },
  {
    file: "protocols/http/request-condition.yaml",
    name: "both responses are as they have to be",
    site: pathsSite({ "/200": "", "/400": { status: 400 } }),
    results: 1,
    asked: ["GET /200", "GET /400"],
  },
  {
    file: "protocols/http/request-condition.yaml",
    name: "the second one is not",
    site: pathsSite({ "/200": "" }),
    results: 0,
    asked: ["GET /200", "GET /400"],
  },
  {
    file: "protocols/http/stop-at-first-match-with-extractors.yaml",
    name: "what is extracted without a matcher stops nothing",
    site: pageSite("This is test"),
    results: 2,
    asked: ["GET /?a=1", "GET /?a=2"],
  },
  {
    file: "protocols/http/stop-at-first-match-with-extractors.yaml",
    name: "nothing is extracted",
    site: listedAs(
      firstLine,
      tcpSite(
        (received) => (received.endsWith("\r\n\r\n") ? httpAnswer("") : undefined),
        (port) => `http://127.0.0.1:${port}`,
      ),
    ),
    results: 0,
    asked: ["GET /?a=1 HTTP/1.1", "GET /?a=2 HTTP/1.1"],
  },
];
