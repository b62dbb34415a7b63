import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { type CommandOutput, outputChars } from "../../../../../../src/engines/playbook/cacao/commands/call.ts";
import { executeCommand } from "../../../../../../src/engines/playbook/cacao/commands/execute-command.ts";
import { CommandFailure } from "../../../../../../src/engines/playbook/cacao/commands/failure.ts";
import { prepareCommand } from "../../../../../../src/engines/playbook/cacao/commands/prepare-command.ts";
import type { Command } from "../../../../../../src/engines/playbook/cacao/model/command.ts";
import type { CommandPlace } from "../../../../../../src/engines/playbook/cacao/run/prepare.ts";
import { playbookBounds } from "../../../../../../src/engines/playbook/playbook.ts";
import { localKeyPair } from "../../../../../support/certificate.ts";
import { commandPlace, httpCommand } from "../../../../../support/command-place.ts";
import { until } from "../../../../../support/until.ts";

const token = "tok-3f9c/2b+7a==";
const password = 'pa:ss wörd"1';
const logged: string[] = [];

/** Executes a command as the process of a run does: made ready on its main thread, executed on a thread that knows the secrets. */
const execute = (
  command: Command,
  place: CommandPlace,
  signal = new AbortController().signal,
): Promise<CommandOutput> => {
  const { name, input, withheld } = prepareCommand(command, place);
  assert.ok(!JSON.stringify(input).includes(token), "the journal has the secret");
  const secrets: Readonly<Record<string, string>> = { api: token, basic: password, broken: "a\r\nx: y" };
  return executeCommand(
    name,
    // As it comes out of the journal, and over the channel to the thread.
    JSON.parse(JSON.stringify(input)) as typeof input,
    withheld && (JSON.parse(JSON.stringify(withheld)) as typeof withheld),
    {
      signal,
      idempotencyKey: "run-1-1",
      runId: "run-1",
      step: 1,
      secret: (wanted) => {
        const value = secrets[wanted];
        if (value === undefined) throw new Error(`the node has no secret "${wanted}": add it to respond.secrets`);
        return value;
      },
      log: (_level, text) => logged.push(text),
    },
    place.settings,
  );
};

const failure = async (executed: Promise<CommandOutput>): Promise<CommandFailure> => {
  try {
    await executed;
  } catch (thrown) {
    assert.ok(thrown instanceof CommandFailure, String(thrown));
    assert.equal(thrown.cause, undefined, "a cause would say what the message does not");
    return thrown;
  }
  return assert.fail("it did not fail");
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

describe("a command of HTTP", () => {
  let server: Server;
  let seen: { line: string; headers: IncomingMessage["headersDistinct"]; body: string }[];
  let connections: number;

  const serve = async (listener: RequestListener, secure = false): Promise<number> => {
    server = secure ? createTlsServer(localKeyPair(), listener) : createServer(listener);
    server.on("connection", (socket) => {
      connections += 1;
      socket.on("close", () => (connections -= 1));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  };
  /** A server that notes what it gets and answers so. */
  const answer = (status: number, body: string | Buffer, headers: Record<string, string> = {}): Promise<number> =>
    serve((request, response) => {
      void bodyOf(request).then((text) => {
        seen.push({
          line: `${request.method ?? ""} ${request.url ?? ""}`,
          headers: request.headersDistinct,
          body: text,
        });
        response.writeHead(status, headers).end(body);
      });
    });
  const at = (port: number, options: Parameters<typeof commandPlace>[0] = {}): CommandPlace =>
    commandPlace({ address: { ipv4: "127.0.0.1" }, port: String(port), ...options });

  beforeEach(() => {
    seen = [];
    connections = 0;
    logged.length = 0;
  });
  afterEach(async () => {
    await until(
      () => connections === 0,
      () => `${connections} connections are left open`,
    );
    server.close();
    await once(server, "close");
    assert.deepEqual(logged, []);
  });

  it("sends what the playbook says and answers body, status and headers", async () => {
    const port = await answer(201, '{"id":7}', { "x-id": "7", "set-cookie": "session=verysecret" });
    const headers = { "X-Tag": ["a", "b"], Accept: ["application/json"] };
    const content = '{"host":"__host__:value","count":"__count__:value"}';
    const output = await execute(
      httpCommand("POST /v1/block?why=__why__:value", { headers, content }),
      at(port, {
        variables: {
          host: { value: 'web"1', tainted: true },
          count: { type: "integer", value: "3" },
          why: { value: "a&b=c", tainted: true },
        },
      }),
    );
    assert.equal(output.text, '{"id":7}');
    assert.equal(output.facts["status"], 201);
    const answered = output.facts["headers"] as Record<string, string>;
    assert.equal(answered["x-id"], "7");
    assert.equal(answered["set-cookie"], "(withheld)");
    const [request] = seen;
    assert.equal(request?.line, "POST /v1/block?why=a%26b%3Dc");
    assert.equal(request?.body, '{"host":"web\\"1","count":3}');
    assert.deepEqual(request?.headers["x-tag"], ["a", "b"]);
    assert.deepEqual(request?.headers["content-type"], ["application/json"]);
    assert.deepEqual(request?.headers["content-length"], ["27"]);
  });

  it("sends every method, also a GET with content", async () => {
    const port = await answer(200, "");
    for (const method of ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "POST"]) {
      const content = method === "GET" ? "some text" : undefined;
      await execute(httpCommand(`${method} /x`, content === undefined ? {} : { content }), at(port));
    }
    assert.deepEqual(seen.map(({ line }) => line.split(" ")[0]).join(" "), "GET HEAD PUT DELETE OPTIONS PATCH POST");
    assert.equal(seen[0]?.body, "some text");
  });

  it("speaks OpenC2", async () => {
    const port = await answer(200, '{"status":200}');
    const content = '{"action":"deny"}';
    await execute(httpCommand("POST /.well-known/openc2", { type: "openc2-http", content }), at(port));
    assert.deepEqual(seen[0]?.headers["content-type"], ["application/openc2+json;version=1.0"]);
    assert.equal(seen[0]?.body, content);
  });

  it("shows who it is, and the secret is nowhere else, even when the server repeats it", async () => {
    const port = await serve((request, response) => {
      const { authorization = "", "x-api-key": key = request.headers["x-auth"] ?? "" } = request.headers;
      seen.push({ line: "", headers: request.headersDistinct, body: "" });
      const [scheme = "", credentials = ""] = authorization.split(" ");
      const plain = scheme === "Basic" ? Buffer.from(credentials, "base64").toString() : credentials;
      response
        .writeHead(request.url === "/no" ? 403 : 200, { "x-echo": authorization })
        .end(JSON.stringify([authorization, plain, key, encodeURIComponent(plain)]));
    });
    const oauth2 = {
      type: "oauth2",
      id: "oauth2--1",
      header: [],
      token: { type: "secret", name: "api" },
    } as const;
    const basic = {
      type: "http-basic",
      id: "http-basic--1",
      user: ["ops"],
      password: { type: "secret", name: "basic" },
    } as const;
    const key = httpCommand("GET /", { headers: { "X-Api-Key": [token] } });
    const outputs = [
      await execute(httpCommand("GET /"), at(port, { authentication: oauth2 })),
      await execute(httpCommand("GET /"), at(port, { authentication: { ...oauth2, header: ["X-Auth: "] } })),
      await execute(httpCommand("GET /"), at(port, { authentication: basic })),
      await execute(key, at(port)),
    ];
    assert.deepEqual(seen[0]?.headers["authorization"], [`Bearer ${token}`]);
    assert.deepEqual(seen[1]?.headers["x-auth"], [token]);
    const encoded = Buffer.from(`ops:${password}`).toString("base64");
    assert.deepEqual(seen[2]?.headers["authorization"], [`Basic ${encoded}`]);
    assert.deepEqual(seen[3]?.headers["x-api-key"], [token]);
    const { message } = await failure(execute(httpCommand("GET /no"), at(port, { authentication: basic })));
    const forms = [token, password, JSON.stringify(password).slice(1, -1), encodeURIComponent(password), encoded];
    for (const said of [...outputs.map((output) => JSON.stringify(output)), message]) {
      assert.ok(said.includes("***"), said);
      for (const form of forms) assert.ok(!said.includes(form), `${form} in ${said}`);
    }
  });

  it("names a secret that the node does not have, and says nothing of one that no header can have", async () => {
    const port = await answer(200, "");
    const authentication = {
      type: "oauth2",
      id: "oauth2--1",
      header: [],
      token: { type: "secret", name: "lost" },
    } as const;
    assert.match((await failure(execute(httpCommand("GET /"), at(port, { authentication })))).message, /"lost"/);
    const broken = { ...authentication, token: { type: "secret", name: "broken" } } as const;
    const { message } = await failure(execute(httpCommand("GET /"), at(port, { authentication: broken })));
    assert.match(message, /the header authorization has a character/);
    assert.ok(!message.includes("x: y"));
    assert.deepEqual(seen, []);
  });

  it("follows no redirect and says where it leads", async () => {
    const port = await answer(302, "", { location: "http://127.0.0.9/elsewhere" });
    const { code, message } = await failure(execute(httpCommand("GET /"), at(port)));
    assert.equal(code, "threw");
    assert.match(message, /answered 302 Found: redirects are not followed; it is at http:\/\/127\.0\.0\.9\/elsewhere/);
    assert.equal(seen.length, 1);
  });

  it("fails for a status that is no success, with the beginning of what the server says", async () => {
    const port = await answer(409, `already blocked${"!".repeat(5_000)}`);
    const { message } = await failure(execute(httpCommand("POST /"), at(port)));
    assert.match(message, /127\.0\.0\.1:\d+ answered 409 Conflict: already blocked!/);
    assert.ok(message.length < 1_000);
  });

  it("reads no more of an endless body than it keeps", async () => {
    let sent = 0;
    const port = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write("é".repeat(8_192))) sent += 1;
      };
      response.on("drain", more);
      more();
    });
    const output = await execute(httpCommand("GET /"), at(port));
    assert.ok(output.truncated);
    assert.ok(output.text.length <= outputChars && /^é+$/.test(output.text), String(output.text.length));
    assert.ok(Buffer.byteLength(JSON.stringify(output)) <= playbookBounds.valueBytes);
    await until(
      () => connections === 0,
      () => `${sent} pieces were sent and the connection is open`,
    );
  });

  it("gives a body that is no UTF-8 in base64", async () => {
    const port = await answer(200, Buffer.from([0xff, 0x00, 0x80, 0x7f]));
    const { text, facts, truncated } = await execute(httpCommand("GET /"), at(port));
    assert.deepEqual([text, facts["encoding"], truncated], ["/wCAfw==", "base64", false]);
  });

  it("ends a request that hangs when it is aborted", async () => {
    let requests = 0;
    const port = await serve(() => (requests += 1));
    const abort = new AbortController();
    const failed = failure(execute(httpCommand("GET /"), at(port), abort.signal));
    await until(
      () => requests === 1,
      () => "the request did not come",
    );
    abort.abort();
    assert.equal((await failed).message, "it was aborted");
  });

  it("fails when the server dies in the middle of its answer", async () => {
    const port = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write("half", () => response.destroy());
    });
    const { code, message } = await failure(execute(httpCommand("GET /"), at(port)));
    assert.equal(code, "threw");
    assert.match(message, /^127\.0\.0\.1:\d+: /);
  });

  it("trusts a server by the authorities that the node names, and no other", async () => {
    const port = await serve((_request, response) => response.end("well met"), true);
    const place = (authorities: readonly string[], host = "127.0.0.1"): CommandPlace =>
      commandPlace({ address: { url: `https://${host}:${port}/base/` }, settings: { authorities } });
    const { cert } = localKeyPair();
    assert.equal((await execute(httpCommand("GET /x"), place([cert]))).text, "well met");
    assert.match((await failure(execute(httpCommand("GET /x"), place([])))).message, /self-signed certificate/);
    const other = await failure(execute(httpCommand("GET /x"), place([cert], "127.0.0.2")));
    assert.match(other.message, /ECONNREFUSED|does not match/);
  });

  it("fails when the server changes the protocol instead of answering", async () => {
    const server = createNetServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => {
        socket.end("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      const place = commandPlace({ address: { ipv4: "127.0.0.1" }, port: String(port) });
      assert.match((await failure(execute(httpCommand("GET /"), place))).message, /without a response/);
    } finally {
      server.close();
    }
  });
});
