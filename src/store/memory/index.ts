export { type MemoryDatabase } from "./database.ts";
export { createMemoryDatabase, openMemoryStore, type Carry, type MemoryStoreOptions } from "./store.ts";
