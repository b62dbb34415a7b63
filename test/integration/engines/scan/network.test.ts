import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { kindsOf, scanWith } from "./protocol-scan.ts";

const everything = "extractors: [{type: regex, regex: ['(?s).+']}]";
const template = (keys: string): string =>
  `network:\n  - host: ["{{Hostname}}"]\n    ${keys.replaceAll("\n", "\n    ")}`;

describe("network requests of templates", () => {
  let server: Server;
  let target: string;
  let connections: number;
  let serve: (socket: Socket) => void;
  const open = new Set<Socket>();

  before(async () => {
    server = createServer((socket) => {
      connections += 1;
      open.add(socket);
      socket.on("error", () => undefined).once("close", () => open.delete(socket));
      serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    connections = 0;
  });
  after(async () => {
    for (const socket of open) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  const limits = { sockets: { connectMs: 500, readMs: 60, totalMs: 250, maxBytes: 100_000 } };

  it("end at their size with a server that sends without end, and say so", async () => {
    serve = (socket) => {
      const more = (): void => {
        while (!socket.destroyed && socket.write("x".repeat(65_536)));
      };
      socket.on("drain", more);
      more();
    };
    const outcome = await scanWith(target, template(`read-all: true\nextractors: [{type: dsl, dsl: ["len(data)"]}]`), {
      sockets: { ...limits.sockets, readMs: 2_000, totalMs: 4_000 },
    });
    assert.deepEqual(outcome.findings[0]?.["extracted-results"], ["100000"]);
    assert.deepEqual(kindsOf(outcome), ["protocol"]);
  });

  it("end in time with a server that sends byte by byte, with what there is", async () => {
    serve = (socket) => {
      const timer = setInterval(() => socket.write("x"), 5);
      socket.once("close", () => clearInterval(timer));
    };
    const outcome = await scanWith(target, template(`read-all: true\n${everything}`), limits);
    assert.match(outcome.findings[0]?.["extracted-results"]?.[0] ?? "", /^x{2,40}$/);
    assert.equal(outcome.requests.sent, 1);
  });

  it("end in time with a server that says nothing, as a failure", async () => {
    serve = () => undefined;
    const outcome = await scanWith(target, template(everything), limits);
    assert.deepEqual(kindsOf(outcome), ["timeout"]);
    assert.equal(outcome.requests.failed, 1);
  });

  it("fail when an answer that they wait for does not come", async () => {
    serve = (socket) => socket.end();
    const outcome = await scanWith(
      target,
      template("inputs: [{data: hi, read: 4}]\nmatchers: [{type: word, negative: true, words: [x]}]"),
      limits,
    );
    assert.deepEqual(kindsOf(outcome), ["connection-lost"]);
    assert.deepEqual(outcome.findings, []);
  });

  it("do not wait for ever for a server that reads nothing", async () => {
    serve = (socket) => socket.pause();
    const outcome = await scanWith(
      target,
      template('inputs: [{data: "{{repeat(\\"x\\", 8000000)}}"}, {data: more}]'),
      limits,
    );
    assert.deepEqual(kindsOf(outcome), ["timeout"]);
  });

  it("end with the run's signal", async () => {
    const stop = new AbortController();
    serve = () => stop.abort();
    const outcome = await scanWith(target, template(everything), {}, { signal: stop.signal });
    assert.equal(outcome.aborted, true);
    assert.deepEqual(outcome.errors, []);
    assert.equal(outcome.requests.skipped, 1);
  });

  it("are not sent out of scope, whatever the template names", async () => {
    serve = (socket) => socket.end("hello");
    const keys = `network:\n  - host: ["127.0.0.9:{{Port}}", "other.test:{{Port}}"]\n    ${everything}`;
    const asked: string[] = [];
    const outcome = await scanWith(target, keys, {
      scope: [target, "named.test"],
      resolve: (name) => {
        asked.push(name);
        return Promise.resolve(["127.0.0.1"]);
      },
    });
    assert.deepEqual(kindsOf(outcome), ["refused-by-scope", "refused-by-scope"]);
    assert.deepEqual({ connections, asked }, { connections: 0, asked: [] });
  });

  it("are not sent to a name that resolves to an address out of scope", async () => {
    serve = (socket) => socket.end("hello");
    const [, port = ""] = target.split(":");
    const outcome = await scanWith(`named.test:${port}`, template(everything), {
      scope: ["named.test"],
      resolve: () => Promise.resolve(["127.0.0.1"]),
    });
    assert.deepEqual(kindsOf(outcome), ["refused-by-scope"]);
    assert.equal(connections, 0);
  });

  it("leave excluded hosts alone", async () => {
    serve = (socket) => socket.end("hello");
    const outcome = await scanWith(
      target,
      template(everything),
      {},
      {
        request: { headers: [], variables: {}, excludeHosts: ["127.0.0.1"] },
      },
    );
    assert.equal(outcome.skippedHosts[0]?.cause, "excluded");
    assert.equal(connections, 0);
  });

  it("leave a host alone that has not answered for long", async () => {
    const hosts = Array.from({ length: 4 }, () => '"127.0.0.2:9"').join(", ");
    const outcome = await scanWith(target, `network:\n  - host: [${hosts}]\n    ${everything}`, {
      hostHealth: { maxFailures: 2 },
    });
    assert.deepEqual(kindsOf(outcome), ["unreachable", "unreachable"]);
    assert.deepEqual(
      outcome.skippedHosts.map(({ host, cause, requests }) => ({ host, cause, requests })),
      [{ host: "127.0.0.2:9", cause: "silent", requests: 2 }],
    );
  });

  it("wait for leave before they connect", async () => {
    serve = (socket) => socket.end("hello");
    const places: { readonly url: string; readonly host: string }[] = [];
    await scanWith(
      target,
      template(everything),
      {},
      {
        beforeRequest: ({ url, host }) => {
          places.push({ url, host });
          assert.equal(connections, 0);
          return Promise.resolve();
        },
      },
    );
    assert.deepEqual(places, [{ url: `tcp://${target}`, host: target }]);
  });

  it("never evaluate what a server said", async () => {
    serve = (socket) => {
      socket.write("{{1+1}}");
      socket.on("data", (bytes: Buffer) => socket.end(`back ${bytes.toString("latin1")}`));
    };
    const keys = template(`inputs: [{data: "", read: 7, name: first}, {data: "{{first}}"}]\n${everything}`);
    const outcome = await scanWith(target, keys, limits);
    assert.deepEqual(outcome.findings[0]?.["extracted-results"], ["back {{1+1}}"]);
  });

  it("keep every byte as it is", async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_none, at) => at));
    serve = (socket) => socket.on("data", (data) => socket.end(data));
    const keys = `inputs: [{type: hex, data: "${bytes.toString("hex")}"}]\nextractors: [{type: dsl, dsl: ["hex_encode(data)"]}]`;
    const outcome = await scanWith(target, template(keys), limits);
    assert.deepEqual(outcome.findings[0]?.["extracted-results"], [bytes.toString("hex")]);
  });

  it("name the place, the address and the payload in findings", async () => {
    serve = (socket) => socket.on("data", () => socket.end("hello"));
    const outcome = await scanWith(
      target,
      template('inputs: [{data: "{{word}}"}]\npayloads: {word: [a]}\nmatchers: [{type: word, words: [hello]}]'),
    );
    const [finding] = outcome.findings;
    const { type, host, port, "matched-at": at, ip, request, response, meta } = finding ?? assert.fail("no finding");
    assert.deepEqual(
      { type, host, port, at, ip, request, response, meta },
      {
        type: "tcp",
        host: target,
        port: target.split(":")[1],
        at: target,
        ip: "127.0.0.1",
        request: "a",
        response: "hello",
        meta: { word: "a" },
      },
    );
  });
});
