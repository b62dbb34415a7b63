import { createMemoryDatabase, openMemoryStore } from "../../../src/store/memory/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { retention } from "./adapter.ts";
import { storeSuites } from "./suites.ts";

storeSuites({
  name: "memory",
  open: () => {
    const clock = new ManualClock();
    const store = openMemoryStore(createMemoryDatabase({ clock, retention }));
    return Promise.resolve({ store, clock, end: () => store.close() });
  },
});
