import { definePlaybook } from "garrison/playbook";
import { orderAbout, put } from "./_console.ts";

/** Never answers again, and takes all of a core, in the middle of a run. */
export default definePlaybook({
  title: "Throttle a sender, and loop for ever",
  actions: { throttle: put },
  onStart: async (event, run) => {
    await run.act("throttle", orderAbout(event, "throttles"));
    for (;;);
  },
});
