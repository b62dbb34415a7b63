import { parseStoreUrl } from "../../config/addresses/store-url.ts";
import { StoreError } from "../errors.ts";
import type { LinkTarget } from "./link.ts";
import type { RedisStoreOptions } from "./options.ts";

/**
 * Where the options lead.
 * @throws StoreError `invalid` for a URL that is none of Redis
 */
export const targetOf = ({
  url,
  username,
  password,
  tls,
}: Pick<RedisStoreOptions, "url" | "username" | "password" | "tls">): LinkTarget => {
  const location = parseStoreUrl(url);
  if (typeof location === "string") throw new StoreError("invalid", `store.url: ${location}`);
  if (location.type !== "redis")
    throw new StoreError("invalid", "store.url: use redis://HOST:PORT or rediss://HOST:PORT");
  return {
    location,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
  };
};
