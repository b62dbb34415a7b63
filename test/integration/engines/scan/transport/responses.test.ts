import assert from "node:assert/strict";
import { until } from "../../../../support/until.ts";
import { closeSites, startRawSite } from "../site.ts";
import { answering, clientOf, closeClients, context, get, page, told } from "./setup.ts";

describe("responses over HTTP/1.1", () => {
  afterEach(() => Promise.all([closeClients(), closeSites()]));

  /** What becomes of a response, and of a next request, for which the site has a page. */
  const after = async (response: string, method = "GET"): Promise<readonly [string, string, number]> => {
    let connections = 0;
    const site = await startRawSite((socket) => {
      connections += 1;
      answering((path) => (path === "/next" ? page("next") : response))(socket);
    });
    const client = clientOf({ limits: { totalMs: 400 } });
    const first = told(await client.send(get(`${site.url}/`, { method }), context));
    const second = told(await client.send(get(`${site.url}/next`), context));
    await client.close();
    return [first, second, connections];
  };

  it("ends where length, chunks or rules say, and uses the connection again", async () => {
    const whole: Record<string, readonly [response: string, told: string, method?: string]> = {
      length: [page("ok"), "200 ok"],
      empty: [page(""), "200 "],
      chunks: [
        "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n2;x=1\r\nok\r\n1\r\n!\r\n0\r\nA: b\r\n\r\n",
        "200 ok!",
      ],
      head: ["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", "200 ", "HEAD"],
      "no content": ["HTTP/1.1 204 No Content\r\nContent-Length: 100\r\n\r\n", "204 "],
      "not modified": ["HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", "304 "],
      "early hints": [`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${page("ok")}`, "200 ok"],
      "line feeds": ["HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "200 ok"],
      "the same length twice": [page("ok", "Content-Length: 2\r\n"), "200 ok"],
      "a folded line": [page("ok", "X-Folded: a\r\n b\r\n"), "200 ok"],
    };
    for (const [name, [response, expected, method]] of Object.entries(whole)) {
      assert.deepEqual(await after(response, method), [expected, "200 next", 1], name);
    }
  });

  it("reads Chinese encodings where the site says so, as nuclei does", async () => {
    const body = "\xc4\xe3\xba\xc3";
    const inEncoding = (type: string): Promise<readonly [string, string, number]> =>
      after(page(body, `Content-Type: text/html; charset=${type}\r\n`));
    const read = Buffer.from("你好").toString("latin1");
    for (const type of ["GBK", "gb2312", "gb18030"]) assert.equal((await inEncoding(type))[0], `200 ${read}`, type);
    assert.equal((await inEncoding("utf-8"))[0], `200 ${body}`);
  });

  it("closes a connection whose end is told by closing, is disputed, or has bytes behind it", async () => {
    const last: Record<string, readonly [response: string, told: string]> = {
      "said so": [page("ok", "Connection: close\r\n"), "200 ok"],
      "of old": ["HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "200 ok"],
      "length and chunks": [
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "200 ok",
      ],
      "a second response": [page("ok") + page("smuggled"), "200 ok"],
      "another protocol": ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "101 "],
    };
    for (const [name, [response, expected]] of Object.entries(last)) {
      assert.deepEqual(await after(response), [expected, "200 next", 2], name);
    }
  });

  it("refuses what may be read in two ways, and what is no HTTP", async () => {
    const wrong: Record<string, string> = {
      "two lengths": page("ok", "Content-Length: 3\r\n"),
      "a length with a sign": "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok",
      "another encoding": "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      "no chunk size": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nok\r\n0\r\n\r\n",
      "a chunk that is too long": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nok\r\n0\r\n\r\n",
      "no field": page("ok", "nonsense\r\n"),
      "a status of two digits": "HTTP/1.1 20 OK\r\n\r\n",
      "hints without end": "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(6) + page("ok"),
    };
    for (const [name, response] of Object.entries(wrong)) {
      assert.deepEqual(await after(response), ["protocol", "200 next", 2], name);
    }
  });

  it("keeps names, values and order of header fields, byte by byte", async () => {
    const site = await startRawSite(answering(() => page("ok", "x-A:  caf\xe9\t\r\nX-a: 2\r\nEmpty:\r\n")));
    const { responses } = await clientOf().send(get(site.url), context);
    const [response] = responses;
    assert.deepEqual(response?.headers, ["Content-Length", "2", "x-A", "caf\xe9", "X-a", "2", "Empty", ""]);
    assert.deepEqual([response?.version, response?.reason, response?.ip], ["HTTP/1.1", "OK", "127.0.0.1"]);
  });

  it("sends a GET again that met a closing connection, but neither a POST nor the first on a connection", async () => {
    const seen: string[] = [];
    const site = await startRawSite((socket) => {
      let count = 0;
      answering((path) => {
        seen.push(path);
        count += 1;
        return count === 1 && path !== "/none" ? page(path) : undefined;
      })(socket);
    });
    const client = clientOf();
    const send = async (path: string, method = "GET"): Promise<string> =>
      told(await client.send(get(`${site.url}${path}`, { method }), context));
    assert.deepEqual([await send("/1"), await send("/2")], ["200 /1", "200 /2"]);
    assert.equal(await send("/none"), "connection-lost");
    assert.deepEqual(seen, ["/1", "/2", "/2", "/none"]);
    assert.deepEqual([await send("/3"), await send("/4", "POST")], ["200 /3", "connection-lost"]);
    assert.deepEqual(seen.slice(4), ["/3", "/4"]);
  });

  it("lets no more connections stand idle than it may, and none for longer", async () => {
    let connections = 0;
    let ended = 0;
    const site = await startRawSite((socket) => {
      connections += 1;
      socket.on("close", () => (ended += 1));
      answering((path) => page(path))(socket);
    });
    const client = clientOf({ scope: ["*.test", "127.0.0.1"], limits: { maxIdleConnections: 2, idleMs: 1 } });
    for (const name of ["a", "b", "c", "c", "b"]) {
      assert.equal(told(await client.send(get(`http://${name}.test:${site.port}/x`), context)), "200 /x");
    }
    assert.deepEqual([connections, ended <= 1], [3, true]);
    assert.equal(told(await client.send(get(`http://a.test:${site.port}/x`), context)), "200 /x");
    assert.equal(connections, 4);
    await until(
      () => ended === 4,
      () => ended,
    );
  });
});
