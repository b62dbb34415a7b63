import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Cookies } from "../../../../../src/engines/scan/http/cookies.ts";
import type { HttpOutcome } from "../../../../../src/engines/scan/http/http-outcome.ts";
import type { RedirectPolicy } from "../../../../../src/engines/scan/http/http-request.ts";
import { parseTarget } from "../../../../../src/engines/scan/http/target.ts";
import { closeSites, startRawSite, startSite } from "../site.ts";
import { answering, clientOf, closeClients, context, get, page, told } from "./setup.ts";

describe("requests that build on each other", () => {
  afterEach(() => Promise.all([closeClients(), closeSites()]));

  describe("digest logins", () => {
    const login = { username: "ad\xe9min", password: 'p"w' };

    /** A site that checks the answer to its challenge by the rules of RFC 7616. */
    const guarded = (
      challenge: string,
      algorithm: "md5" | "sha256",
      session: boolean,
    ): Parameters<typeof startSite>[0] => {
      const hash = (text: string): string => createHash(algorithm).update(text, "latin1").digest("hex");
      return (request, response) => {
        const given = request.headers.authorization ?? "";
        const field = (name: string): string => new RegExp(`[ ,]${name}="?([^",]*)`).exec(given)?.[1] ?? "";
        const known = hash(`${login.username}:the realm:${login.password}`);
        const secret = session ? hash(`${known}:n0nce:${field("cnonce")}`) : known;
        const what = hash(`${request.method ?? ""}:${request.url ?? ""}`);
        const counted = challenge.includes("qop") ? `:${field("nc")}:${field("cnonce")}:auth` : "";
        const right = hash(`${secret}:n0nce${counted}:${what}`);
        if (field("response") === right && field("uri") === request.url) response.end("welcome");
        else response.writeHead(401, { "WWW-Authenticate": ["Basic realm=x", challenge] }).end("no");
      };
    };

    it("answer challenges with MD5 and SHA-256, with and without qop and session", async () => {
      const facts = 'Digest realm="the realm", nonce="n0nce", opaque="o"';
      const challenges: readonly (readonly [string, "md5" | "sha256", boolean])[] = [
        [facts, "md5", false],
        [`${facts}, qop="auth,auth-int"`, "md5", false],
        [`${facts}, algorithm=MD5-sess, qop="auth"`, "md5", true],
        [`Basic realm="x", ${facts}, algorithm=SHA-256, qop=auth`, "sha256", false],
      ];
      for (const [challenge, algorithm, session] of challenges) {
        const site = await startSite(guarded(challenge, algorithm, session));
        const outcome = await clientOf().send(get(`${site.url}/a?b=1`, { digest: login }), context);
        assert.equal(told(outcome), "200 welcome", challenge);
        // The challenge itself is no answer of the site.
        assert.deepEqual([outcome.responses.length, outcome.attempts], [1, 2]);
      }
    });

    it("try once, and not what cannot be answered", async () => {
      const facts = 'Digest realm="another", nonce="n0nce"';
      for (const [challenge, attempts] of [
        [facts, 2],
        [`${facts}, algorithm=SHA-512-256`, 1],
        [`${facts}, qop="auth-int"`, 1],
        ["Basic realm=x", 1],
      ] as const) {
        const site = await startSite(guarded(challenge, "md5", false));
        const outcome = await clientOf().send(get(site.url, { digest: login }), context);
        assert.deepEqual([told(outcome), outcome.attempts], ["401 no", attempts], challenge);
      }
    });
  });

  it("carry cookies from one to the next, through redirects, and only where they belong", async () => {
    const seen: string[] = [];
    const site = await startSite((request, response) => {
      seen.push(`${request.url ?? ""} ${request.headers.cookie ?? "-"}`);
      if (request.url === "/login") {
        response.setHeader("Set-Cookie", [
          "sid=1; Path=/",
          "deep=2; Path=/app/x",
          "wide=3; Domain=com",
          "safe=4; Secure",
        ]);
        response.writeHead(302, { location: "/app" });
      }
      response.end();
    });
    const cookies = new Cookies();
    const client = clientOf();
    const send = (path: string, headers: readonly string[] = []): Promise<HttpOutcome> =>
      client.send(get(`${site.url}${path}`, { cookies, headers, redirects: "all" }), context);
    await send("/login");
    await send("/app/x/y", ["Cookie", "own=0"]);
    await client.send(get(`${site.url}/app`), context);
    assert.deepEqual(seen, ["/login -", "/app sid=1", "/app/x/y own=0; deep=2; sid=1", "/app -"]);
    assert.equal(cookies.headerFor(parseTarget("http://127.0.0.2/app")), "");
  });

  it("follow the redirects that they ask for", async () => {
    const site = await startSite((request, response) => {
      const url = new URL(request.url ?? "", "http://x");
      const to = url.searchParams.get("to");
      if (to === null)
        response.end(`${request.headers.host ?? ""} ${request.headers.referer === undefined ? "" : "r"}`);
      else response.writeHead(302, { location: to }).end();
    });
    const other = await startSite((_request, response) => response.end("other"));
    const client = clientOf();
    const after = async (redirects: RedirectPolicy, to: string): Promise<string> =>
      told(await client.send(get(`${site.url}/?to=${to}`, { redirects, headers: ["Host", "named.test"] }), context));
    assert.equal(await after("none", "/"), "302 ");
    assert.equal(await after("same-host", "/"), "200 named.test r");
    // As Go's client has it, a Host header goes along with relative locations only.
    assert.equal(await after("same-host", `${site.url}/`), `200 127.0.0.1:${site.port} r`);
    assert.equal(await after("same-host", other.url), "302 ");
    assert.equal(await after("same-protocol", other.url), "200 other");
    assert.equal(await after("same-protocol", `https://127.0.0.1:${site.port}/`), "302 ");
    assert.equal(await after("same-origin", other.url), "302 ");
    assert.equal(await after("all", other.url), "200 other");
    assert.equal(await after("all", "http://127.0.0.9/"), "refused-by-scope");
    assert.equal(await after("all", "ftp://127.0.0.1/"), "protocol");
  });

  it("go where they are told to connect, which the scope has to name", async () => {
    const seen: string[] = [];
    const site = await startRawSite(
      answering((_path, text) => {
        seen.push(/host: (.*)\r/i.exec(text)?.[1] ?? "");
        return page("here");
      }),
    );
    const client = clientOf({ scope: [`127.0.0.1:${site.port}`] });
    const connectTo = parseTarget(site.url);
    assert.equal(told(await client.send(get("http://elsewhere.test/", { connectTo }), context)), "200 here");
    assert.deepEqual(seen, ["elsewhere.test"]);
    const away = parseTarget("http://127.0.0.9:1/");
    for (const request of [
      get(site.url, { connectTo: away }),
      get(site.url, { connectTo: away, raw: "GET / HTTP/1.1\r\n\r\n" }),
      get("http://127.0.0.9:1/", { headers: ["Host", `127.0.0.1:${site.port}`] }),
    ]) {
      assert.equal(told(await client.send(request, context)), "refused-by-scope");
    }
    assert.equal(seen.length, 1);
  });

  it("are not sent where a name has come to point at a forbidden address", async () => {
    let address = "127.0.0.1";
    const site = await startRawSite(answering(() => page("here", "Connection: close\r\n")));
    const url = `http://name.test:${site.port}/`;
    const client = (): ReturnType<typeof clientOf> =>
      clientOf({ scope: ["name.test", "127.0.0.1"], resolve: () => Promise.resolve([address]) });
    const first = client();
    assert.equal(told(await first.send(get(url), context)), "200 here");
    address = "127.0.0.9";
    // What was found and checked before is still where it goes.
    assert.equal(told(await first.send(get(url), context)), "200 here");
    for (const more of [{}, { raw: "GET / HTTP/1.1\r\n\r\n" }]) {
      const asked = client();
      assert.equal(told(await asked.send(get(url, more), context)), "refused-by-scope");
      assert.deepEqual((await asked.race([get(url, more)], context)).map(told), ["refused-by-scope"]);
      const pipelining = { connections: 1, perConnection: 1 };
      assert.deepEqual((await asked.pipelined([get(url, more)], pipelining, context)).map(told), ["refused-by-scope"]);
    }
  });
});
