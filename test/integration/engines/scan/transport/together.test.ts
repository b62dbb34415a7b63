import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { until } from "../../../../support/until.ts";
import { closeSites, startRawSite } from "../site.ts";
import { answering, clientOf, closeClients, context, get, page, told } from "./setup.ts";

const raw = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

describe("requests that are sent together", () => {
  afterEach(() => Promise.all([closeClients(), closeSites()]));

  describe("in a race", () => {
    it("arrive when all of them stand before their last byte", async () => {
      const lengths = new Map<Socket, number>();
      const whenComplete: number[][] = [];
      const site = await startRawSite((socket) => {
        socket.on("data", (chunk: Buffer) => {
          const length = (lengths.get(socket) ?? 0) + chunk.length;
          lengths.set(socket, length);
          if (chunk.toString("latin1").endsWith("\n") && length === raw("/x").length) {
            whenComplete.push([...lengths.values()]);
            socket.write(page("won"));
          }
        });
      });
      const requests = Array.from({ length: 20 }, () => get(site.url, { raw: raw("/x") }));
      const outcomes = await clientOf().race(requests, context);
      assert.deepEqual([...new Set(outcomes.map(told))], ["200 won"]);
      assert.equal(outcomes.length, 20);
      // When the first one was complete, the others lacked no more than their last byte.
      assert.ok(whenComplete[0]?.length === 20, String(whenComplete[0]?.length));
      assert.ok(whenComplete[0].every((length) => length >= raw("/x").length - 1));
    });

    it("take plain requests, give an outcome each, and close their connections", async () => {
      let closed = 0;
      const site = await startRawSite((socket) => {
        socket.on("close", () => (closed += 1));
        answering((path) => (path === "/lost" ? undefined : page(path)))(socket);
      });
      const paths = ["/1", "/lost", "/3"];
      const outcomes = await clientOf().race(
        paths.map((path) => get(`${site.url}${path}`)),
        context,
      );
      assert.deepEqual(outcomes.map(told), ["200 /1", "connection-lost", "200 /3"]);
      await until(
        () => closed === 3,
        () => closed,
      );
    });

    it("are bounded in number and in time, and ask for leave one by one", async () => {
      const site = await startRawSite((socket) => void socket.resume());
      const asked: string[] = [];
      const beforeSend = ({ path }: { readonly path: string }): Promise<void> => {
        asked.push(path);
        return Promise.resolve();
      };
      const few = Array.from({ length: 3 }, (_none, at) => get(`${site.url}/${at}`));
      const client = clientOf({ limits: { totalMs: 200 } });
      const late = await client.race(few, { ...context, beforeSend });
      assert.deepEqual([late.map(told), asked], [Array(3).fill("timeout"), ["/0", "/1", "/2"]]);
      const many = Array.from({ length: 252 }, () => get(`${site.url}/`, { timeoutMs: 50 }));
      const kinds = (await client.race(many, context)).map(told);
      assert.deepEqual([kinds.filter((kind) => kind === "protocol").length, kinds.length], [2, 252]);
      const refused = new Error("no leave");
      const never = client.race(few, { ...context, beforeSend: () => Promise.reject(refused) });
      await assert.rejects(never, refused);
    });
  });

  describe("in pipelines", () => {
    it("are written without waiting for answers, which are told apart by their order", async () => {
      const bundles: string[][] = [];
      const site = await startRawSite((socket) => {
        const paths: string[] = [];
        bundles.push(paths);
        answering((path) => {
          paths.push(path);
          // Nothing is answered before the whole bundle is here.
          return paths.length % 3 === 0
            ? paths
                .slice(-3)
                .map((each) => page(each))
                .join("")
            : "";
        })(socket);
      });
      const paths = Array.from({ length: 12 }, (_none, at) => `/${at}`);
      const outcomes = await clientOf().pipelined(
        paths.map((path) => get(`${site.url}${path}`, { raw: raw(path) })),
        { connections: 2, perConnection: 3 },
        context,
      );
      assert.deepEqual(
        outcomes.map(told),
        paths.map((path) => `200 ${path}`),
      );
      assert.deepEqual(
        bundles.map(({ length }) => length),
        [3, 3, 3, 3],
      );
    });

    it("go on over another connection when one is closed after an answer, but not when it gives none", async () => {
      let connections = 0;
      const site = await startRawSite((socket) => {
        connections += 1;
        answering((path) => (path.startsWith("/mute") ? undefined : page(path, "Connection: close\r\n")))(socket);
      });
      const send = async (paths: readonly string[]): Promise<readonly string[]> => {
        const requests = paths.map((path) => get(`${site.url}${path}`));
        return (await clientOf().pipelined(requests, { connections: 1, perConnection: 10 }, context)).map(told);
      };
      assert.deepEqual(await send(["/1", "/2", "/3"]), ["200 /1", "200 /2", "200 /3"]);
      assert.equal(connections, 3);
      assert.deepEqual(await send(["/mute1", "/mute2"]), ["connection-lost", "connection-lost"]);
      assert.equal(connections, 4);
    });

    it("are refused, each for itself, and end in time against an endless body", async () => {
      const site = await startRawSite((socket) => {
        socket
          .on("error", () => undefined)
          .once("data", () => {
            const more = (): void => {
              while (!socket.destroyed && socket.write("x".repeat(10_000)));
            };
            socket.on("drain", more).write("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
            more();
          });
      });
      const client = clientOf({ limits: { maxBodyBytes: 100, totalMs: 1_000 } });
      const requests = [
        get("http://127.0.0.9:1/"),
        get(`${site.url}/`),
        get(`${site.url}/`, { headers: ["Bad name", "x"] }),
      ];
      const outcomes = await client.pipelined(requests, { connections: 1, perConnection: 5 }, context);
      assert.deepEqual(outcomes.map(told), ["refused-by-scope", `200 ${"x".repeat(100)}`, "protocol"]);
    });
  });
});
