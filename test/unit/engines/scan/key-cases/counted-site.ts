import { type AddressInfo, createServer, type Socket } from "node:net";
import type { Servers, Site } from "./sites.ts";
import { Together } from "./together.ts";

const startServer = async () => {
  let together = new Together();
  const server = createServer((socket: Socket) => {
    const counter = together;
    socket.on("error", () => undefined);
    socket.once("data", () => {
      void counter.hold().then(() => socket.end("done"));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    begin: () => (together = new Together()),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
};

/** Answers each connection once; what is listed is how many spoke at once. */
export const countedSite: Site = {
  open: async (servers: Servers) => {
    const server = await servers.get(startServer);
    const together = server.begin();
    return { target: `127.0.0.1:${server.port}`, sent: () => [`${together.most} at once`] };
  },
};
