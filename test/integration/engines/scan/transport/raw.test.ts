import assert from "node:assert/strict";
import { until } from "../../../../support/until.ts";
import { startProxy } from "../proxy-server.ts";
import { closeSites, startRawSite, startTlsSite } from "../site.ts";
import { createRoute } from "../../../../../src/engines/scan/http/route.ts";
import { answering, clientOf, closeClients, context, firstBytes, get, page, told } from "./setup.ts";

describe("raw requests", () => {
  afterEach(() => Promise.all([closeClients(), closeSites()]));

  it("go out byte by byte as they are written", async () => {
    const raw = "GET  /\xff\x00 HTTP/9.9\nHost:\t a\r\n b\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nx\r\n\xe9";
    const seen: string[] = [];
    const site = await startRawSite((socket) => {
      void firstBytes(socket).then((text) => {
        seen.push(text);
        socket.end(page("ok"));
      });
    });
    const outcome = await clientOf().send(get(site.url, { raw }), context);
    assert.equal(told(outcome), "200 ok");
    assert.deepEqual(seen, [raw]);
  });

  it("each have a connection of their own", async () => {
    let connections = 0;
    const site = await startRawSite((socket) => {
      connections += 1;
      answering((path) => page(path))(socket);
    });
    const client = clientOf();
    const raw = "GET /raw HTTP/1.1\r\n\r\n";
    for (const request of [
      get(`${site.url}/a`),
      get(site.url, { raw }),
      get(site.url, { raw }),
      get(`${site.url}/b`),
    ]) {
      await client.send(request, context);
    }
    assert.equal(connections, 3);
  });

  it("take answers that others would not, but nothing that is no HTTP", async () => {
    const answers: Record<string, readonly [response: string, told: string]> = {
      "/half": ["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this", "200 only this"],
      "/lengths": ["HTTP/1.1 200 OK\r\nContent-Length: x\r\nContent-Length: 2\r\n\r\nokay", "200 ok"],
      "/line": ["HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 2\r\n\r\nok", "200 ok"],
      "/encoding": ["HTTP/1.1 200 OK\r\nTransfer-Encoding: x\r\n\r\nok", "200 ok"],
      "/two": [page("first") + page("second"), "200 first"],
      "/none": ["nonsense\r\n\r\n", "protocol"],
      "/empty": ["", "connection-lost"],
    };
    const site = await startRawSite((socket) => {
      void firstBytes(socket).then((text) => socket.end(answers[text.split(" ")[1] ?? ""]?.[0] ?? ""));
    });
    const client = clientOf();
    for (const [path, [, expected]] of Object.entries(answers)) {
      const raw = `GET ${path} HTTP/1.1\r\n\r\n`;
      assert.equal(told(await client.send(get(site.url, { raw }), context)), expected, path);
    }
  });

  it("read all that comes where they ask for it, until it is closed or time is up", async () => {
    const site = await startRawSite((socket) => {
      void firstBytes(socket).then((text) => {
        socket.write(page("first") + page("second"));
        if (text.startsWith("GET /end")) socket.end();
      });
    });
    const client = clientOf({ limits: { totalMs: 300 } });
    for (const path of ["/end", "/open"]) {
      const raw = `GET ${path} HTTP/1.1\r\n\r\n`;
      const { responses, failure } = await client.send(get(site.url, { raw, readAll: true }), context);
      assert.equal(failure, undefined);
      assert.equal(responses[0]?.body.toString(), `first${page("second")}`, path);
    }
  });

  it("are bounded as others are", async () => {
    const site = await startRawSite((socket) => {
      socket.on("error", () => undefined);
      void firstBytes(socket).then((text) => {
        if (text.includes("/flood")) socket.write(`HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(100_000)}`);
        else if (text.includes("/endless")) {
          const more = (): void => {
            while (!socket.destroyed && socket.write("x".repeat(10_000)));
          };
          socket.on("drain", more).write("HTTP/1.1 200 OK\r\n\r\n");
          more();
        } else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nslow");
      });
    });
    const client = clientOf({ limits: { totalMs: 300, maxBodyBytes: 1_000 } });
    const send = (path: string): ReturnType<typeof client.send> =>
      client.send(get(site.url, { raw: `GET ${path} HTTP/1.1\r\n\r\n` }), context);
    assert.equal(told(await send("/flood")), "protocol");
    const [endless] = (await send("/endless")).responses;
    assert.deepEqual([endless?.body.length, endless?.truncated], [1_000, true]);
    assert.equal(told(await send("/slow")), "timeout");
  });

  it("go through TLS under the name that is asked for", async () => {
    const names: unknown[] = [];
    const site = await startTlsSite((request, response) => {
      names.push("servername" in request.socket ? request.socket.servername : undefined);
      response.end("secure");
    });
    const raw = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const client = clientOf();
    for (const more of [{ raw, sni: "named.test" }, { sni: "named.test" }]) {
      assert.equal(told(await client.send(get(site.url, more), context)), "200 secure");
    }
    assert.deepEqual(names, ["named.test", "named.test"]);
  });

  it("go through a proxy in a tunnel, unchanged", async () => {
    const seen: string[] = [];
    const site = await startRawSite((socket) => {
      void firstBytes(socket).then((text) => {
        seen.push(text);
        socket.end(page("ok"));
      });
    });
    const proxy = await startProxy({});
    try {
      const raw = "GET /  HTTP/1.1\n\n";
      const route = createRoute(proxy.url, []);
      assert.equal(told(await clientOf().send(get(site.url, { raw }), { ...context, route })), "200 ok");
      assert.deepEqual(seen, [raw]);
      assert.deepEqual(proxy.asked, [`CONNECT 127.0.0.1:${site.port}`]);
    } finally {
      await proxy.close();
    }
  });

  it("end with their signal", async () => {
    let arrived = false;
    const site = await startRawSite((socket) => void socket.once("data", () => (arrived = true)));
    const abort = new AbortController();
    const sent = clientOf().send(get(site.url, { raw: "GET / HTTP/1.1\r\n\r\n" }), {
      ...context,
      signal: abort.signal,
    });
    await until(
      () => arrived,
      () => "nothing has arrived",
    );
    const before = performance.now();
    abort.abort();
    assert.equal(told(await sent), "aborted");
    assert.ok(performance.now() - before < 500);
  });
});
