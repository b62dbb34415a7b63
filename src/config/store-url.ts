/** Where the durable state is. */
export type StoreLocation =
  /** LMDB files in a directory of this machine, shared by its processes. */
  | { readonly type: "lmdb"; readonly directory: string }
  /** In the memory of one process, gone with it. */
  | { readonly type: "memory" };

const choices = "use lmdb:DIR, or memory: for a node by itself";

/** Reads `lmdb:DIR` and `memory:`. A string says what is wrong. */
export const parseStoreUrl = (text: string): StoreLocation | string => {
  if (text === "memory:") return { type: "memory" };
  if (text.startsWith("redis:") || text.startsWith("rediss:")) {
    return `Redis is not supported by this version: ${choices}`;
  }
  if (!text.startsWith("lmdb:")) return `no store: ${choices}`;
  const directory = text.slice("lmdb:".length);
  if (directory === "") return "the directory is missing: use lmdb:DIR";
  if (directory.startsWith("//")) return "a directory begins with one slash or none: use lmdb:DIR";
  if (directory.includes("\0")) return "the directory has a zero byte";
  return { type: "lmdb", directory };
};
