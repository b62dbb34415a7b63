import { definePlaybook } from "garrison/playbook";
import { orderAbout, post, put } from "./_console.ts";

/** Two actions beside each other. */
export default definePlaybook({
  title: "Block an attacker and open a ticket",
  actions: { block: put, ticket: post },
  onStart: async (event, run) => {
    const block = run.act("block", orderAbout(event, "blocks"));
    const ticket = run.act("ticket", orderAbout(event, "attack-tickets"));
    return run.all([block, ticket]);
  },
});
