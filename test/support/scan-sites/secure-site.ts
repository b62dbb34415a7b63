import type { AddressInfo } from "node:net";
import { createServer, type TlsOptions, type TLSSocket } from "node:tls";
import type { Site } from "../../unit/engines/scan/key-cases/sites.ts";
import { localKeyPair } from "../certificate.ts";

/** What a TLS server says to the first bytes of a connection, which come as one character a byte. */
export type SecureAnswer = (received: string, serverName: string) => string;

const startWith = (options: TlsOptions) => async () => {
  let answer: SecureAnswer = () => "";
  let log: string[] = [];
  const sockets = new Set<TLSSocket>();
  const server = createServer({ ...localKeyPair(), ...options }, (socket) => {
    const [say, seen] = [answer, log];
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
    socket.once("data", (bytes: Buffer) => {
      const received = bytes.toString("latin1");
      seen.push(received.slice(0, received.indexOf("\r\n")));
      socket.end(say(received, typeof socket.servername === "string" ? socket.servername : ""), "latin1");
    });
  }).on("tlsClientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    begin: (say: SecureAnswer): (() => readonly string[]) => {
      const seen: string[] = [];
      [answer, log] = [say, seen];
      return () => seen;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

/** TLS servers with these options: each has one server, which all its sites share. What is listed are first lines. */
export const secureSites = (
  options: TlsOptions = {},
): ((answer?: SecureAnswer, target?: (port: number) => string) => Site) => {
  const start = startWith(options);
  return (answer = () => "", target = (port) => `127.0.0.1:${port}`) => ({
    open: async (servers) => {
      const server = await servers.get(start);
      return { target: target(server.port), sent: server.begin(answer) };
    },
  });
};

/** An answer of HTTP/1.1 that ends with the connection. */
export const httpAnswer = (body: string, status = "200 OK"): string =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
