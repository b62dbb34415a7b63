import { once } from "node:events";
import { createServer } from "node:net";

/** Below the ports that the kernel gives to outgoing connections: one that was freed for a restart is not taken by those. */
const [first, end] = [10_000, 32_000] as const;
const mostTries = 50;

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    server.listen({ port, host: "127.0.0.1", exclusive: true });
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
};

/** A port of 127.0.0.1 that nobody listens on at the moment. */
export const freePort = async (): Promise<number> => {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const port = first + Math.floor(Math.random() * (end - first));
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port in ${mostTries} tries between ${first} and ${end}`);
};
