import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { join } from "node:path";
import { tempDir } from "../../../../support/temp-dir.ts";
import { type Ended, RealRuns } from "./real-runs.ts";

const listening = async (server: Server, host: string): Promise<number> => {
  await new Promise<void>((resolve) => void server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
};

/** Ways to reach something, each of which answers "reached" or with what refused it. */
const ways = `
  import dgram from "node:dgram";
  import http from "node:http";
  import http2 from "node:http2";
  import net, { Socket, connect } from "node:net";
  import tls from "node:tls";
  const saying = (emitter, reached) => new Promise((resolve) => {
    emitter.on("error", (error) => resolve(error.message)).on(reached, () => resolve("reached"));
  });
  const until = async (emitter, reached) => { const said = await saying(emitter, reached); emitter.destroy?.(); return said; };
  const udp = (send) => new Promise((resolve) => {
    const socket = dgram.createSocket("udp4").on("error", (error) => resolve(error.message));
    send(socket, (error) => { resolve(error ? error.message : "reached"); socket.close(); });
  });
  const ways = {
    fetch: ({ host, port }) => fetch("http://" + host + ":" + port).then(() => "reached", ({ cause }) => cause.message),
    http: ({ host, port }) => until(http.get({ host, port, agent: false }), "response"),
    http2: ({ host, port }) => until(http2.connect("http://" + host + ":" + port), "connect"),
    options: ({ host, port }) => until(net.connect({ host, port: String(port) }), "connect"),
    arguments: ({ host, port }) => until(connect(port, host, () => undefined), "connect"),
    socket: ({ host, port }) => until(new Socket().connect(port, host), "connect"),
    tls: ({ host, port }) => until(tls.connect({ host, port, rejectUnauthorized: false }), "secureConnect"),
    send: ({ host, port }) => udp((socket, done) => socket.send("x", port, host, done)),
    part: ({ host, port }) => udp((socket, done) => socket.send("xyz", 1, 1, port, host, done)),
    connected: ({ host, port }) => udp((socket, done) =>
      socket.connect(port, host, (error) => error ? done(error) : socket.send("x", done))),
  };
  const all = async (target) => Object.fromEntries(
    await Promise.all(Object.entries(ways).map(async ([name, way]) => [name, await way(target)])));`;

describe("what a playbook may connect to", () => {
  const server = createServer((_request, response) => void response.end("ok"));
  const datagrams = createSocket("udp4");
  let port = 0;
  before(async () => {
    port = await listening(server, "127.0.0.1");
    await new Promise<void>((resolve) => void datagrams.bind(port, "127.0.0.1", resolve));
  });
  after(() => {
    server.close().closeAllConnections();
    datagrams.close();
  });

  const look = (host: string): string => `${ways}
    export const actions = { all };
    export const onStart = async (event, run) => {
      const target = { host: ${JSON.stringify(host)}, port: ${port} };
      return [await all(target), await run.act("all", target)];
    };`;
  const outputOf = ({ end, kept }: Ended): readonly Readonly<Record<string, string>>[] => {
    assert.equal(end.type, "done", JSON.stringify([end, kept.lines]));
    return end.output as readonly Readonly<Record<string, string>>[];
  };
  const everything = ["fetch", "http", "http2", "options", "arguments", "socket", "send", "part", "connected"];
  const reached = (ended: Ended): void => {
    for (const { tls = "", ...others } of outputOf(ended)) {
      assert.deepEqual(others, Object.fromEntries(everything.map((way) => [way, "reached"])));
      // It was let through to a server that does not speak TLS.
      assert.doesNotMatch(tls, /respond\.egress/);
    }
  };
  const refused = (ended: Ended, place: string): void => {
    for (const said of outputOf(ended)) {
      assert.deepEqual(Object.keys(said).sort(), [...everything, "tls"].sort());
      for (const text of Object.values(said)) assert.ok(text.includes(`add "${place}" to respond.egress`), text);
    }
  };

  describe("without a rule", () => {
    const runs = new RealRuns();

    it("is nothing, in the main thread and in actions, whichever way it goes", async () => {
      refused(await runs.end(look("127.0.0.1")), `127.0.0.1:${port}`);
    });

    it("is nothing from threads of its own either: it starts none", async () => {
      const { end } = await runs.end(`
        import * as threads from "node:worker_threads";
        import { createRequire } from "node:module";
        const start = (Worker) => {
          try {
            void new Worker("0", { eval: true }).terminate();
            return "started";
          } catch (error) {
            return error.message;
          }
        };
        const all = () => [threads.Worker, createRequire(import.meta.url)("node:worker_threads").Worker].map(start);
        export const actions = { all };
        export const onStart = async (event, run) => [...all(), ...(await run.act("all"))];`);
      const refused = "a playbook starts no threads of its own: put the work into an action, which act() starts on one";
      assert.deepEqual(end, { type: "done", output: Array(4).fill(refused) });
    });

    it("is no unix socket", async () => {
      const folder = tempDir("egress");
      const path = join(folder.path, "socket");
      const unix = createNetServer((socket) => socket.end());
      await new Promise<void>((resolve) => void unix.listen(path, resolve));
      try {
        const { end } = await runs.end(`${ways}
          export const actions = {};
          export const onStart = () => until(connect(${JSON.stringify(path)}), "connect");`);
        assert.deepEqual(end, {
          type: "done",
          output: "a playbook may not connect to a unix socket; no rule allows it",
        });
      } finally {
        unix.close();
        folder.remove();
      }
    });
  });

  describe("with a network as rule", () => {
    const runs = new RealRuns({ egress: ["127.0.0.0/8"] });

    it("is every address of it", async () => reached(await runs.end(look("127.0.0.1"))));

    it("is a name whose address is in it", async () => reached(await runs.end(look("localhost"))));
  });

  describe("with another network as rule", () => {
    const runs = new RealRuns({ egress: ["127.0.0.2/31", "other.example"] });

    it("is no name that leads out of it", async () => refused(await runs.end(look("localhost")), `localhost:${port}`));
  });

  describe("with a name as rule", () => {
    const runs = new RealRuns({ egress: ["LOCALHOST."] });

    it("is that name and not its address", async () => {
      reached(await runs.end(look("localhost")));
      refused(await runs.end(look("127.0.0.1")), `127.0.0.1:${port}`);
    });
  });
});
