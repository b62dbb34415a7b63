import { definePlaybook } from "garrison/playbook";
import { orderAbout, put } from "./_console.ts";

/** Two actions beside each other, and one when both have ended. */
export default definePlaybook({
  title: "Stop a miner and keep its traces",
  actions: { order: put },
  onStart: async (event, run) => {
    await run.all([
      run.act("order", orderAbout(event, "process-stops")),
      run.act("order", orderAbout(event, "memory-images")),
    ]);
    return run.act("order", orderAbout(event, "disk-images"));
  },
});
