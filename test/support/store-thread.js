import { register } from "tsx/esm/api";

register();
await import("../../src/bin/store-thread.ts");
