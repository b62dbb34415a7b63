import { resolve } from "node:path";
import { formatAddress, parseListenAddress } from "./listen-address.ts";
import type { Config, ConfigPath } from "./schema.ts";
import { parseStoreUrl } from "./store-url.ts";

const address = (value: string): string => {
  const parsed = parseListenAddress(value);
  return typeof parsed === "string" ? value : formatAddress(parsed);
};

const storeUrl = (value: string, directory: string): string => {
  const location = parseStoreUrl(value);
  return typeof location === "object" && location.type === "lmdb"
    ? `lmdb:${resolve(directory, location.directory)}`
    : value;
};

const absolute = (value: string, directory: string): string => resolve(directory, value);

const forms: Readonly<Partial<Record<ConfigPath, (value: string, directory: string) => string>>> = {
  "control.tokenFile": absolute,
  "store.url": storeUrl,
  "store.passwordFile": absolute,
  "store.tls.ca": absolute,
  "store.tls.cert": absolute,
  "store.tls.key": absolute,
  "tracing.headersFile": absolute,
  "tls.ca": absolute,
  "tls.cert": absolute,
  "tls.key": absolute,
  "listen.grpc": address,
  "listen.http": address,
  "interactsh.tokenFile": absolute,
  "collaborator.listen": address,
  "collaborator.dns": address,
};

/** A valid value in the form in which it is used: paths absolute, from the directory where they were written; addresses in one form. */
export const resolved = (path: ConfigPath, value: unknown, directory = "."): unknown => {
  if (path === "control.tokens") return tokenFiles(value as Config["control"]["tokens"], directory);
  return typeof value === "string" ? (forms[path]?.(value, directory) ?? value) : value;
};

const tokenFiles = (tokens: Config["control"]["tokens"], directory: string): Config["control"]["tokens"] =>
  tokens.map((token) => ({ ...token, file: absolute(token.file, directory) }));
