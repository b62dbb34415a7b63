import type { ConfigProblem } from "../errors.ts";
import type { Given } from "../layers/given.ts";
import type { Config, ConfigPath } from "../schema.ts";
import { isLoopback, parseStoreUrl } from "./store-url.ts";

/** What does not go together in the keys of the store. */
export const storeProblem = ({ store }: Config, given: ReadonlyMap<ConfigPath, Given>): ConfigProblem | undefined => {
  const location = parseStoreUrl(store.url);
  if (typeof location === "string") return undefined;
  const problem = (path: ConfigPath, message: string): ConfigProblem => ({
    path,
    source: given.get(path)?.sourceOf() ?? "default",
    message,
  });
  if (store.maxBytes !== undefined && location.type !== "lmdb") {
    return problem("store.maxBytes", `${store.maxBytes}: it is for lmdb: stores; Redis has maxmemory for this`);
  }
  if (location.type !== "redis") return undefined;
  const { ca, cert, key } = store.tls;
  if (!location.tls && !isLoopback(location) && !store.allowPlaintext) {
    return problem(
      "store.url",
      `"${store.url}": what is sent to another machine can be read and changed on the way: use rediss://, or set store.allowPlaintext in a network that nobody else is in`,
    );
  }
  if (!location.tls && (ca ?? cert ?? key) !== undefined) {
    return problem("store.url", `"${store.url}": store.tls is for rediss://: use that, or remove the section`);
  }
  if ((cert === undefined) !== (key === undefined)) {
    const missing = cert === undefined ? "store.tls.cert" : "store.tls.key";
    return problem(missing, "a certificate and its key go together: set both store.tls.cert and store.tls.key");
  }
  if (store.username !== undefined && store.passwordFile === undefined) {
    return problem("store.passwordFile", `there is no password for store.username ${store.username}: set it`);
  }
  return undefined;
};
