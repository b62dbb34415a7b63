import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Servers, Site } from "./sites.ts";

/**
 * What a server does on a connection: it is told all bytes that came until now (one character a byte) and says what it
 * answers to those that came last, `undefined`: nothing yet. First it is asked with no bytes, for a greeting.
 */
export type Conversation = (received: string, socket: Socket) => string | undefined;

const startServer = async () => {
  let talk: Conversation = () => undefined;
  let received: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const [log, speak] = [received, talk];
    const at = log.push("") - 1;
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
    const say = (): void => {
      const words = speak(log[at] ?? "", socket);
      if (words !== undefined) socket.write(words, "latin1");
    };
    socket.on("data", (bytes: Buffer) => {
      log[at] = (log[at] ?? "") + bytes.toString("latin1");
      say();
    });
    say();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    begin: (conversation: Conversation): (() => readonly string[]) => {
      const log: string[] = [];
      talk = conversation;
      received = log;
      return () => log;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

/**
 * A server that speaks as the function says; what it was sent is listed as the bytes of each connection.
 *
 * @param target what the engine is given, from the port; `127.0.0.1:PORT` when absent
 */
export const tcpSite = (
  conversation: Conversation,
  target: (port: number) => string = (port) => `127.0.0.1:${port}`,
): Site => ({
  open: async (servers: Servers) => {
    const server = await servers.get(startServer);
    return { target: target(server.port), sent: server.begin(conversation) };
  },
});
