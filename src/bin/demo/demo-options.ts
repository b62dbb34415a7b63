import { parseArgs } from "node:util";
import { parseStoreUrl } from "../../config/index.ts";
import { parseWhole } from "../process/parse-flags.ts";
import { UsageError } from "../process/usage-error.ts";

/** Where the run that is disturbed keeps its state. */
export type StoreChoice =
  /** LMDB files; without a url in a folder that is removed afterwards. */
  | { readonly type: "lmdb"; readonly url: string | undefined }
  /** A server that is there already and holds other data too. */
  | { readonly type: "redis"; readonly url: string }
  /** A server that the demo starts, and kills `restarts` times during the scan. */
  | { readonly type: "own-redis"; readonly restarts: number };

export interface DemoFlags {
  /** Chooses the node that is killed. */
  readonly seed: number;
  readonly store: StoreChoice;
}

const mostRestarts = 5;

/**
 * The flags of the demo: `--seed S`, `--store lmdb:DIR | redis://… | redis`, `--store-restarts N`.
 * @throws UsageError, TypeError for a flag that there is not
 */
export const parseDemoFlags = (args: readonly string[]): DemoFlags => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: "1" },
      store: { type: "string" },
      "store-restarts": { type: "string" },
    },
  });
  const restarts = values["store-restarts"];
  const store = storeChoice(values.store, parseWhole(0, mostRestarts)(restarts ?? "0"));
  if (restarts !== undefined && store.type !== "own-redis") {
    throw new UsageError("--store-restarts: only a server that the demo has started is restarted: use --store redis");
  }
  return { seed: parseWhole(0, 2 ** 31)(values.seed), store };
};

const storeChoice = (url: string | undefined, restarts: number): StoreChoice => {
  if (url === undefined) return { type: "lmdb", url };
  if (url === "redis") return { type: "own-redis", restarts };
  const location = parseStoreUrl(url);
  // The url itself may have a password in it.
  if (typeof location === "string") throw new UsageError(`--store: ${location}`);
  if (location.type === "memory")
    throw new UsageError("--store memory: is the store of one process, the demo has three");
  return { type: location.type, url };
};
