import { setImmediate } from "node:timers/promises";
import { definePlaybook } from "garrison/playbook";
import { orderAbout, put } from "./_console.ts";

/** Keeps more and more in memory, in the middle of a run. */
export default definePlaybook({
  title: "Look into an archive, and leak",
  actions: { lock: put },
  onStart: async (event, run) => {
    await run.act("lock", orderAbout(event, "archive-locks"));
    const kept: number[][] = [];
    for (;;) {
      kept.push(Array.from({ length: 100_000 }, (_, at) => at / 3));
      // It answers meanwhile, as most that leak do.
      await setImmediate();
    }
  },
});
