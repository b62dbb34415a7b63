import { definePlaybook } from "garrison/playbook";
import { orderAbout, put } from "./_console.ts";

/** Ends its process as a bug in native code would, in the middle of a run. */
export default definePlaybook({
  title: "Quarantine a file, and crash",
  actions: { quarantine: put },
  onStart: async (event, run) => {
    await run.act("quarantine", orderAbout(event, "quarantines"));
    process.abort();
  },
});
