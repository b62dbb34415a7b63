import type { AddressInfo } from "node:net";
import { createServer, type TlsOptions, type TLSSocket } from "node:tls";
import { localKeyPair } from "../../../../support/certificate.ts";
import type { Servers, Site } from "./sites.ts";

const started = (options: TlsOptions) => async () => {
  let answer = "";
  let log: string[] = [];
  const sockets = new Set<TLSSocket>();
  const server = createServer({ ...localKeyPair(), ...options }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
    const [received, words] = [log, answer];
    socket.on("data", (bytes: Buffer) => {
      received.push(bytes.toString("latin1"));
      socket.end(words);
    });
  }).on("tlsClientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    begin: (words: string): (() => readonly string[]) => {
      const received: string[] = [];
      log = received;
      answer = words;
      return () => received;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

const servers = {
  any: started({}),
  tls12: started({ maxVersion: "TLSv1.2", ciphers: "ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA" }),
};

/** A TLS server that answers the first bytes of a connection; they are what is listed. */
export const tlsSite = (answer: string, kind: keyof typeof servers = "any"): Site => ({
  open: async (running: Servers) => {
    const server = await running.get(servers[kind]);
    return { target: `127.0.0.1:${server.port}`, sent: server.begin(answer) };
  },
});
