export { MemoryNetwork, type MemoryNetworkSetup } from "./memory-network.ts";
export type { MemoryNodeSetup } from "./memory-transport.ts";
