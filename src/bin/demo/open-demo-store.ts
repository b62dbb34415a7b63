import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import type { StoreChoice } from "./demo-options.ts";
import type { DemoStore } from "./demo-store.ts";
import { redisGuest } from "./redis-guest.ts";
import { RedisProcess } from "./redis-process.ts";

export interface DemoStoreSetup {
  /** For its files, if it has some. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: Random;
}

const nothing = (): Promise<void> => Promise.resolve();

/** Prepares a store that the nodes can open. @throws StoreError, UsageError */
export const openDemoStore = async (choice: StoreChoice, setup: DemoStoreSetup): Promise<DemoStore> => {
  const { folder, clock, random } = setup;
  switch (choice.type) {
    case "lmdb":
      return { environment: { GARRISON_STORE__URL: choice.url ?? `lmdb:${join(folder, "lmdb")}` }, close: nothing };
    case "redis":
      return redisGuest(choice.url, clock, random);
    case "own-redis": {
      const server = await RedisProcess.start({ folder: join(folder, "redis"), clock, random });
      return {
        environment: { GARRISON_STORE__URL: server.url, GARRISON_STORE__PASSWORDFILE: server.passwordFile },
        restarts: { server, times: choice.restarts },
        close: () => server.stop(),
      };
    }
  }
};
