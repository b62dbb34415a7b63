import { createClient } from "redis";

export interface RedisAccess {
  readonly port: number;
  readonly admin: { readonly username: string; readonly password: string };
  readonly tls?: { readonly cert: string; readonly key: string };
}

const answerMs = 5_000;

/** Sends one command over a connection of its own, and returns the reply or fails with the server's error. */
export const redisCommand = async (access: RedisAccess, args: readonly string[]): Promise<unknown> => {
  const { port, admin, tls } = access;
  const common = { host: "127.0.0.1", port, reconnectStrategy: false, connectTimeout: answerMs } as const;
  const client = createClient({
    ...admin,
    // Servers of some tests have no HELLO.
    RESP: 2,
    // The server's own certificate is all that a test has to know it by.
    socket:
      tls === undefined ? common : { ...common, tls: true, ...tls, ca: tls.cert, checkServerIdentity: () => undefined },
  });
  client.on("error", () => undefined);
  const deadline = setTimeout(() => client.destroy(), answerMs);
  try {
    await client.connect();
    return await client.sendCommand(args);
  } finally {
    clearTimeout(deadline);
    client.destroy();
  }
};
