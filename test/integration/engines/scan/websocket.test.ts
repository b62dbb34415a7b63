import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { localKeyPair } from "../../../support/certificate.ts";
import { kindsOf, scanWith } from "./protocol-scan.ts";

const template = (keys: string): string => `websocket:\n  - ${keys.replaceAll("\n", "\n    ")}`;
const say = 'address: "{{BaseURL}}"\ninputs: [{data: hi}]';
const shown = "extractors: [{type: regex, regex: ['(?s).+']}]";
const limits = { sockets: { connectMs: 500, readMs: 60, totalMs: 200, maxBytes: 50_000 } };

describe("websocket requests of templates", () => {
  let plain: Server;
  let secure: Server;
  let sockets: WebSocketServer;
  const raw = new Set<Socket>();
  let serve: (socket: WebSocket) => void;
  let upgrade: ((socket: Socket) => void) | undefined;

  const targetOf = (server: Server): string =>
    `${server === secure ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}`;

  before(async () => {
    sockets = new WebSocketServer({ noServer: true });
    plain = createServer();
    secure = createTlsServer(localKeyPair());
    for (const server of [plain, secure]) {
      server.on("upgrade", (request, socket: Socket, head: Buffer) => {
        raw.add(socket);
        socket.on("error", () => undefined);
        if (upgrade !== undefined) return upgrade(socket);
        sockets.handleUpgrade(request, socket, head, (opened) => {
          opened.on("error", () => undefined);
          serve(opened);
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    }
  });
  beforeEach(() => {
    upgrade = undefined;
  });
  after(async () => {
    for (const socket of raw) socket.destroy();
    await Promise.all([plain, secure].map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  });

  it("speak over TLS, whatever the certificate", async () => {
    serve = (socket) => socket.on("message", (data: Buffer) => socket.send(`got ${data.toString()}`));
    const outcome = await scanWith(targetOf(secure), template(`${say}\n${shown}`));
    const [finding] = outcome.findings;
    assert.deepEqual(finding?.["extracted-results"], ["got hi"]);
    assert.equal(finding["matched-at"], `${targetOf(secure).replace("https", "wss")}/`);
    assert.equal(finding.ip, "127.0.0.1");
  });

  it("keep binary messages as they are, and take pings for none", async () => {
    serve = (socket) =>
      socket.on("message", () => {
        socket.ping();
        socket.send(Buffer.from([0xff, 0, 0x80]));
      });
    const outcome = await scanWith(
      targetOf(plain),
      template(`${say}\nextractors: [{type: dsl, dsl: ["hex_encode(response)", "success"]}]`),
    );
    assert.deepEqual(outcome.findings[0]?.["extracted-results"], ["ff0080", "true"]);
  });

  const hostile: readonly (readonly [string, () => void, string])[] = [
    ["says nothing", () => (serve = () => undefined), "timeout"],
    ["hangs up", () => (serve = (socket) => socket.close()), "connection-lost"],
    [
      "sends a message without end",
      () => (serve = (socket) => socket.on("message", () => socket.send("x".repeat(60_000)))),
      "protocol",
    ],
    ["answers no handshake", () => (upgrade = () => undefined), "timeout"],
    ["answers with another status", () => (upgrade = (socket) => socket.end("HTTP/1.1 403 No\r\n\r\n")), "protocol"],
    ["speaks no HTTP", () => (upgrade = (socket) => socket.end("what?\r\n\r\n")), "protocol"],
    [
      "redirects",
      () => (upgrade = (socket) => socket.end("HTTP/1.1 302 Go\r\nLocation: ws://127.0.0.9/\r\n\r\n")),
      "protocol",
    ],
  ];
  for (const [what, prepare, kind] of hostile) {
    it(`end in time with a server that ${what}`, async () => {
      prepare();
      const outcome = await scanWith(targetOf(plain), template(`${say}\n${shown}`), limits);
      assert.deepEqual(kindsOf(outcome), [kind]);
      assert.equal(outcome.requests.failed, 1);
    });
  }

  it("do not leave the scope", async () => {
    const keys = 'address: "ws://127.0.0.9:{{Port}}/"\ninputs: [{data: hi}]';
    const outcome = await scanWith(targetOf(plain), template(keys), { scope: ["127.0.0.1"] });
    assert.deepEqual(kindsOf(outcome), ["refused-by-scope"]);
  });

  it("send no header that would be two", async () => {
    const keys = `${say}\nheaders: {X-A: '{{url_decode("a%0d%0aX-B: b")}}'}`;
    assert.deepEqual(kindsOf(await scanWith(targetOf(plain), template(keys), limits)), ["protocol"]);
  });
});
