import { openRedisStore } from "../../../src/store/redis/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { RedisServer } from "../../support/redis-server.ts";
import { retention } from "./adapter.ts";
import { storeSuites } from "./suites.ts";

storeSuites({
  name: "redis",
  open: async () => {
    const server = await RedisServer.start();
    const clock = new ManualClock();
    const store = await openRedisStore({
      url: server.url,
      clock,
      time: () => clock.wallMs(),
      retention,
      // Time stands still while a call is under way, and a test may move it by hours: calls have no deadline here.
      callTimeoutMs: 1e12,
      leaseTimeoutMs: 1e12,
    });
    return {
      store,
      clock,
      end: async () => {
        await store.close();
        await server.stop();
      },
    };
  },
});
