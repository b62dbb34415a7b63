import { systemClock } from "../../src/base/clock.ts";
import { openRedisStore } from "../../src/store/redis/index.ts";
import type { Space } from "../../src/store/index.ts";
import { RedisServer } from "../../test/support/redis-server.ts";

export type Fsync = "always" | "everysec" | "no";

/** How a row names the setting. */
export const aofNames: Readonly<Record<Fsync, string>> = {
  always: "AOF always",
  everysec: "AOF everysec",
  no: "no AOF",
};

/** A real server for both sides. Its append-only file is never rewritten: that would fall on one side or the other. */
export const withServer = async <Result>(
  appendfsync: Fsync,
  use: (server: RedisServer) => Promise<Result>,
): Promise<Result> => {
  const server = await RedisServer.start({ appendfsync, args: ["--auto-aof-rewrite-percentage", "0"] });
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
};

/** One space of a store that is opened for it. Connecting is not part of what is measured inside. */
export const withSpace = async <Result>(
  server: RedisServer,
  use: (space: Space) => Promise<Result>,
): Promise<Result> => {
  const store = await openRedisStore({ url: server.url, clock: systemClock });
  try {
    return await use(store.space("bench"));
  } finally {
    await store.close();
  }
};

/** Whatever was measured, the next one begins with an empty server. */
export const onEmptyServer = async (server: RedisServer, measure: () => Promise<number>): Promise<number> => {
  await server.command("FLUSHALL");
  return measure();
};
