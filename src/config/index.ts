export { variableOf } from "./env-layer.ts";
export { ConfigError, type ConfigProblem } from "./errors.ts";
export { parseInteractshServer, type InteractshServer } from "./interactsh-server.ts";
export { advertisedAddress } from "./advertised.ts";
export { formatAddress, isLoopbackHost, parseListenAddress, type ListenAddress } from "./listen-address.ts";
export { configValue, loadConfig, type LoadedConfig, type LoadOptions } from "./load.ts";
export { type Config, type ConfigPath } from "./schema.ts";
export { parseTracingEndpoint } from "./tracing-endpoint.ts";
export { parseStoreUrl, type RedisLocation, type StoreLocation } from "./store-url.ts";
