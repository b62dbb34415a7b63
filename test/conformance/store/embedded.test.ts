import { openEmbeddedStore } from "../../../src/store/embedded/index.ts";
import { SharedClock } from "../../support/store-thread.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { retention } from "./adapter.ts";
import { storeSuites } from "./suites.ts";

storeSuites({
  name: "embedded",
  open: async () => {
    const clock = new SharedClock();
    const directory = tempDir("conformance");
    const store = await openEmbeddedStore({
      directory: directory.path,
      clock,
      startThread: clock.startStoreThread,
      retention,
      // Time stands still while a call is under way, and a test may move it by hours: calls have no deadline here.
      callTimeoutMs: 1e12,
      openTimeoutMs: 1e12,
    });
    return {
      store,
      clock,
      end: async () => {
        await store.close();
        directory.remove();
      },
    };
  },
});
