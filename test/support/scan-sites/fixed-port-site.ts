import { createServer, type Server, type Socket } from "node:net";
import type { Site } from "../../unit/engines/scan/key-cases/sites.ts";
import { until } from "../until.ts";

/** What is said on a connection after these bytes, one character a byte; first it is asked with none, for a greeting. */
export type PortTalk = (received: string) => string | undefined;

const waitMs = 20_000;

const startAt = (port: number) => async () => {
  let talk: PortTalk = () => undefined;
  let log: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const [say, seen] = [talk, log];
    const at = seen.push("") - 1;
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
    const answer = (): void => {
      const words = say(seen[at] ?? "");
      if (words !== undefined) socket.write(words, "latin1");
    };
    socket.on("data", (bytes: Buffer) => {
      seen[at] = (seen[at] ?? "") + bytes.toString("latin1");
      answer();
    });
    answer();
  });
  // Another run of the same cases may still have the port.
  await until(
    () => listens(server, port),
    () => ({ port }),
    waitMs,
  );
  return {
    begin: (say: PortTalk): (() => readonly string[]) => {
      const seen: string[] = [];
      [talk, log] = [say, seen];
      return () => seen;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

const listens = (server: Server, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    server
      .removeAllListeners("error")
      .once("error", () => resolve(false))
      .listen(port, "127.0.0.1", () => resolve(true));
  });

/** A site at a port that the template itself names. What is listed are the bytes of each connection. */
export const fixedPortSites = (port: number): ((talk: PortTalk, target: string) => Site) => {
  const start = startAt(port);
  return (talk, target) => ({
    open: async (servers) => ({ target, sent: (await servers.get(start)).begin(talk) }),
  });
};
