import type { Clock } from "../../base/clock.ts";
import type { Random } from "../../base/random.ts";
import { redisOptionsOf, openStore } from "../node/open/open-store.ts";
import { createLog } from "../process/log.ts";
import { readConfig } from "../process/read-config.ts";
import type { DemoStore } from "./demo-store.ts";

const nameChars = 8;

/**
 * A place on a server that others use too: a cluster name that nobody has, and so a namespace, whose keys are removed in the end. User,
 * password and certificates come from the environment, as for nodes.
 *
 * @throws StoreError, ConfigError, UsageError when nodes could not open a store there
 */
export const redisGuest = async (url: string, clock: Clock, random: Random): Promise<DemoStore> => {
  const name = `demo-${random.id().slice(-nameChars)}`;
  const { config } = readConfig(undefined, { "store.url": url, "cluster.name": name });
  const store = await openStore(config, clock, createLog("error"));
  await store.close();
  return {
    environment: { GARRISON_STORE__URL: url, GARRISON_CLUSTER__NAME: name },
    close: async () => {
      const { removeNamespace } = await import("../../store/redis/index.ts");
      await removeNamespace({ ...(await redisOptionsOf(config)), namespace: name, clock });
    },
  };
};
