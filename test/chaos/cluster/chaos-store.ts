import { join } from "node:path";
import { freezeOutsideOfStore } from "../../support/freeze.ts";
import { RedisServer } from "../../support/redis-server.ts";
import { tempDir } from "../../support/temp-dir.ts";

export const storeKinds = ["redis", "lmdb"] as const;
export type StoreKind = (typeof storeKinds)[number];

/** The store of one chaos run, and what can be done to it. */
export interface ChaosStore {
  /** `store.url` of the nodes. */
  readonly url: string;
  /** Absent: there is no server that could fail. */
  readonly server?: RedisServer;
  /** Freezes a node that has the store open, at a moment that the store tolerates. */
  freezeNode(pid: number): Promise<void>;
  end(): Promise<void>;
}

const startRedis = async (): Promise<ChaosStore> => {
  // Nothing acknowledged may be lost when it is killed.
  const server = await RedisServer.start({ appendfsync: "always" });
  return {
    url: server.url,
    server,
    freezeNode: (pid) => Promise.resolve(void process.kill(pid, "SIGSTOP")),
    end: () => server.stop(),
  };
};

const startEmbedded = (): ChaosStore => {
  const folder = tempDir("chaos-store");
  const directory = join(folder.path, "store");
  return {
    url: `lmdb:${directory}`,
    freezeNode: (pid) => freezeOutsideOfStore(pid, directory),
    end: () => Promise.resolve(folder.remove()),
  };
};

export const startChaosStore = (kind: StoreKind): Promise<ChaosStore> =>
  kind === "redis" ? startRedis() : Promise.resolve(startEmbedded());
