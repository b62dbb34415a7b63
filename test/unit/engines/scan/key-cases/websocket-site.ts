import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import type { Servers, Site } from "./sites.ts";

const startServer = async () => {
  let log: string[] = [];
  let list: (request: IncomingMessage) => string | undefined = () => undefined;
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket, request) => {
    const received = log;
    const shown = list(request);
    if (shown !== undefined) received.push(shown);
    socket.on("error", () => undefined);
    socket.on("message", (data: Buffer) => {
      received.push(data.toString("latin1"));
      socket.send(`got ${data.toString("latin1")};`);
    });
  });
  await new Promise<void>((resolve) => server.once("listening", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    begin: (of: typeof list): (() => readonly string[]) => {
      const received: string[] = [];
      log = received;
      list = of;
      return () => received;
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const client of server.clients) client.terminate();
        server.close(() => resolve());
      }),
  };
};

/** A websocket that answers every message; listed are the messages, after what `list` makes of the handshake. */
export const websocketSite = (list: (request: IncomingMessage) => string | undefined = () => undefined): Site => ({
  open: async (servers: Servers) => {
    const server = await servers.get(startServer);
    return { target: `http://127.0.0.1:${server.port}`, sent: server.begin(list) };
  },
});
