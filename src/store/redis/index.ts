export { type RedisStoreOptions, type RedisTls, type StoreLog } from "./options.ts";
export { removeNamespace, type RemoveNamespaceOptions } from "./remove-namespace.ts";
export { openRedisStore } from "./store.ts";
