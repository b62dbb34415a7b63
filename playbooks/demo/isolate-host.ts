import { definePlaybook } from "garrison/playbook";
import { orderAbout, post, put } from "./_console.ts";

/** One action after the other. */
export default definePlaybook({
  title: "Isolate a host, then open a ticket",
  actions: { isolate: put, ticket: post },
  onStart: async (event, run) => {
    await run.act("isolate", orderAbout(event, "isolations"));
    return run.act("ticket", orderAbout(event, "isolation-tickets"));
  },
});
