import { readFile } from "node:fs/promises";
import type { Clock } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import { parseStoreUrl, type Config } from "../../../config/index.ts";
import { readSecretFile } from "../../../control/index.ts";
import type { Logger } from "../../../kernel/index.ts";
import type { Store, StoreObserver } from "../../../store/index.ts";
import { openEmbeddedStore } from "../../../store/embedded/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../store/memory/index.ts";
import type { RedisStoreOptions } from "../../../store/redis/index.ts";
import { startStoreThread } from "../../process/start-store-thread.ts";
import { UsageError } from "../../process/usage-error.ts";

/** What of the config says where the store is. */
export type StoreConfig = Pick<Config, "store" | "cluster">;

/**
 * Opens the store that a `store.url` of the config names. On Redis, the name of the cluster is the namespace: clusters
 * can share a server. `observe` is told of every call.
 * @throws StoreError, UsageError, ControlError `token-unsafe` for the password's file
 */
export const openStore = async (
  config: StoreConfig & Pick<Config, "retention">,
  clock: Clock,
  log: Logger,
  observe?: StoreObserver,
): Promise<Store> => {
  const { url, callTimeoutMs, maxBytes } = config.store;
  const retention = { retainDeadMs: config.retention.deadLetterMs };
  const location = parseStoreUrl(url);
  if (typeof location === "string") throw new UsageError(`store.url: ${location}`);
  switch (location.type) {
    case "lmdb":
      return openEmbeddedStore({
        directory: location.directory,
        clock,
        startThread: startStoreThread,
        callTimeoutMs,
        maxBytes,
        retention,
        observe,
      });
    case "memory":
      return openMemoryStore(createMemoryDatabase({ clock, retention }), undefined, observe);
    case "redis": {
      // Its client takes a tenth of a second to load: only for those who use it.
      const { openRedisStore } = await import("../../../store/redis/index.ts");
      return openRedisStore({ ...(await redisOptionsOf(config)), clock, log, retention, observe });
    }
  }
};

/**
 * What a store on Redis is opened with by this config, its secrets read from their files.
 * @throws UsageError, ControlError `token-unsafe`
 */
export const redisOptionsOf = async ({
  store,
  cluster,
}: StoreConfig): Promise<Omit<RedisStoreOptions, "clock" | "log">> => {
  const { url, callTimeoutMs, username, passwordFile, tls } = store;
  const [ca, cert, key, password] = await Promise.all([
    pemOf("store.tls.ca", tls.ca),
    pemOf("store.tls.cert", tls.cert),
    pemOf("store.tls.key", tls.key),
    passwordOf(passwordFile),
  ]);
  return {
    url,
    callTimeoutMs,
    namespace: cluster.name,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    },
  };
};

const passwordOf = async (file: string | undefined): Promise<string | undefined> => {
  if (file === undefined) return undefined;
  const text = await readSecretFile(file, "Redis password");
  if (text === undefined) throw new UsageError(`store.passwordFile: there is no file ${file}`);
  const [password = ""] = text.split(/\r?\n/);
  if (password === "")
    throw new UsageError(`store.passwordFile: the first line of ${file} is empty: write the password there`);
  return password;
};

const pemOf = async (path: string, file: string | undefined): Promise<string | undefined> => {
  if (file === undefined) return undefined;
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new UsageError(`${path}: ${file} cannot be read: ${asError(error).message}`);
  });
  if (!text.includes("-----BEGIN ")) throw new UsageError(`${path}: ${file} is no PEM file`);
  return text;
};
