import { StoreError } from "../errors.ts";
import type { StoreLog } from "./options.ts";

/** Sends one command; rejects with a `StoreError`. */
export type Call = (command: readonly string[]) => Promise<unknown>;

const leastMajor = 7;

/** Version of the shapes of keys and values in `lua/`. */
export const schemaVersion = 1;

/**
 * Looks whether the server can hold a store: its version, whether it may throw data away (refused), whether it keeps
 * what it acknowledges over a crash (a warning if not).
 * @throws StoreError `unsupported-server`, or as the calls reject
 */
export const checkServer = async (call: Call, log: StoreLog): Promise<void> => {
  const hello = await call(["HELLO"]);
  const version = fieldOf(hello, "version");
  if (Number.parseInt(version, 10) < leastMajor) {
    throw unsupported(`the server is Redis ${version}: version ${leastMajor}.0 or later is needed`);
  }
  if (fieldOf(hello, "mode") === "cluster") {
    throw unsupported("the server is part of a Redis Cluster, which is not supported: use a server by itself");
  }
  const info = await permitted(call, ["INFO"], log);
  if (info === undefined) return;
  const facts = parseInfo(info);
  if (Number(facts.get("maxmemory") ?? 0) > 0 && facts.get("maxmemory_policy") !== "noeviction") {
    throw unsupported(
      `the server throws data away when its memory is full (maxmemory-policy ${facts.get("maxmemory_policy") ?? ""}): set it to noeviction`,
    );
  }
  await warnOfLoss(call, facts, log);
};

const warnOfLoss = async (call: Call, facts: ReadonlyMap<string, string>, log: StoreLog): Promise<void> => {
  if (facts.get("aof_enabled") === "0") {
    log.warn({}, "Redis has no append-only file: a crash loses what it acknowledged; set appendonly yes");
    return;
  }
  const config = await permitted(call, ["CONFIG", "GET", "appendfsync"], log);
  if (config === undefined) return;
  if (fieldOf(config, "appendfsync") === "no") {
    log.warn({}, "Redis leaves it to the system when data reaches the disk: set appendfsync everysec or always");
  }
};

/** The reply; `undefined`, with a warning, where the user may not ask or the provider has removed the command. */
const permitted = async (call: Call, command: readonly string[], log: StoreLog): Promise<unknown> => {
  try {
    return await call(command);
  } catch (error) {
    if (!(error instanceof StoreError && (error.code === "denied" || error.code === "internal"))) throw error;
    log.warn(
      { command: command.join(" "), reason: error.message },
      "how Redis keeps data is not checked: it must not evict, and needs an append-only file",
    );
    return undefined;
  }
};

/**
 * Writes down the schema of a new store, and refuses one of a later version.
 * @throws StoreError `newer-schema`, `corrupt`, or as the calls reject
 */
export const checkSchema = async (call: Call, namespace: string): Promise<void> => {
  const key = `{${namespace}:}:schema`;
  const found = await call(["GET", key]);
  // Another node may be quicker: the reply is what stands there then.
  const text = found ?? (await call(["SET", key, String(schemaVersion), "NX", "GET"])) ?? String(schemaVersion);
  const schema = typeof text === "string" && /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (schema === schemaVersion) return;
  const ids = { key };
  if (schema > schemaVersion) {
    const message = `the store ${namespace} was written by a later version of Garrison (schema ${schema}; this one reads ${schemaVersion}). Use that version`;
    throw new StoreError("newer-schema", message, { ids });
  }
  throw new StoreError("corrupt", `the key ${key} is not of a Garrison store: use another cluster.name`, { ids });
};

const unsupported = (message: string): StoreError => new StoreError("unsupported-server", message);

const isTable = (reply: unknown): reply is Readonly<Record<string, unknown>> =>
  typeof reply === "object" && reply !== null && !Array.isArray(reply);

/** A field of a reply that is a table of names and values. */
const fieldOf = (reply: unknown, name: string): string => {
  const value = isTable(reply) ? reply[name] : undefined;
  return typeof value === "string" ? value : "";
};

/** Lines `name:value` of INFO. */
const parseInfo = (text: unknown): ReadonlyMap<string, string> =>
  new Map(
    (typeof text === "string" ? text : "")
      .split("\r\n")
      .map((line) => line.split(":", 2))
      .flatMap(([name, value]) => (name === undefined || value === undefined ? [] : [[name, value] as const])),
  );
