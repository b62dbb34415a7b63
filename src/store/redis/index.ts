export { type RedisStoreOptions, type RedisTls, type StoreLog } from "./options.ts";
export { openRedisStore } from "./store.ts";
