import { isIP } from "node:net";
import { isLoopbackHost } from "./listen-address.ts";

/** A Redis server of this or another machine, shared by any number of nodes. */
export interface RedisLocation {
  readonly type: "redis";
  readonly host: string;
  readonly port: number;
  /** Number of the database, mostly 0. */
  readonly database: number;
  /** Whether the connection is encrypted: `rediss:`. */
  readonly tls: boolean;
}

/** Where the durable state is. */
export type StoreLocation =
  /** LMDB files in a directory of this machine, shared by its processes. */
  | { readonly type: "lmdb"; readonly directory: string }
  /** In the memory of one process, gone with it. */
  | { readonly type: "memory" }
  | RedisLocation;

const choices = "use lmdb:DIR, redis://HOST:PORT, rediss://HOST:PORT, or memory: for a node by itself";

/** Reads `lmdb:DIR`, `redis://HOST[:PORT][/DB]`, `rediss://…` and `memory:`. A string says what is wrong. */
export const parseStoreUrl = (text: string): StoreLocation | string => {
  if (text === "memory:") return { type: "memory" };
  if (/^rediss?:/.test(text)) return parseRedisUrl(text);
  if (!text.startsWith("lmdb:")) return `no store: ${choices}`;
  const directory = text.slice("lmdb:".length);
  if (directory === "") return "the directory is missing: use lmdb:DIR";
  if (directory.startsWith("//")) return "a directory begins with one slash or none: use lmdb:DIR";
  if (directory.includes("\0")) return "the directory has a zero byte";
  return { type: "lmdb", directory };
};

const defaultPort = 6_379;
const mostDatabase = 9_999;
const redisShape =
  /^redis(?<tls>s)?:\/\/(?:\[(?<v6>[^\]]+)\]|(?<name>[^:/[\]?#]+))(?::(?<port>\d{1,5}))?(?:\/(?<database>\d{1,4})?)?$/;
const hostShape = /^[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*\.?$/i;

const parseRedisUrl = (text: string): RedisLocation | string => {
  if (text.includes("@")) {
    return "it names a user or a password, which everyone could read: use store.username and store.passwordFile";
  }
  const { tls, v6, name, port = String(defaultPort), database = "0" } = redisShape.exec(text)?.groups ?? {};
  const host = v6 ?? name;
  if (host === undefined) return "no Redis URL: use redis://HOST:PORT or rediss://HOST:PORT, with /DB if needed";
  if (v6 === undefined ? isIP(host) === 0 && !hostShape.test(host) : isIP(v6) !== 6)
    return "no host: use a name or an address";
  if (Number(port) < 1 || Number(port) > 65_535) return "no port: use one from 1 to 65535";
  if (Number(database) > mostDatabase) return `no database: use a number up to ${mostDatabase}`;
  return { type: "redis", host, port: Number(port), database: Number(database), tls: tls !== undefined };
};

/** Whether what is sent there stays on this machine. */
export const isLoopback = ({ host }: Pick<RedisLocation, "host">): boolean =>
  isIP(host) === 0 ? host.toLowerCase() === "localhost" : isLoopbackHost(host);
