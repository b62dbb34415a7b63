export { type ThreadSettings } from "./protocol.ts";
export { serveStore } from "./serve.ts";
export { openEmbeddedStore, type EmbeddedStoreOptions, type StartThread } from "./store.ts";
