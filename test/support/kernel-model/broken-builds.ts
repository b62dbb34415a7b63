import type { BrokenBuild } from "../broken-build.ts";

const cell = "src/kernel/cell/cell.ts";

/** A kernel with one defect for each way to break an invariant that the model has to see. */
export const brokenKernels: readonly BrokenBuild[] = [
  {
    name: "mailbox-last-in-first-out",
    patch: {
      file: "src/kernel/mail/inbox.ts",
      find: "const entry = messages.shift();",
      replace: `for (let others = messages.size - 1; others > 0; others -= 1) messages.push(messages.shift());
    const entry = messages.shift();`,
    },
    caughtBy: "violated I7",
  },
  {
    name: "async-handlers-not-awaited",
    patch: {
      file: "src/kernel/cell/handler-run.ts",
      find: "const number = this.#number;\n",
      replace: "const number = this.#number;\n    this.turn = undefined;\n    this.#owner.wake();\n",
    },
    caughtBy: "violated I8",
  },
  {
    name: "terminated-twice",
    patch: {
      file: "src/kernel/mail/watches.ts",
      find: "if (watch !== undefined) this.#byTarget.delete(watch.target);",
      replace: `if (watch !== undefined && watch.after >= 0) {
      watch.after = -1;
      this.#farewells.push(watch);
    }`,
    },
    caughtBy: "violated I9",
  },
  {
    name: "terminated-overtakes-messages",
    patch: {
      file: "src/kernel/mail/watches.ts",
      find: "next.after <= taken;",
      replace: "(next.after <= taken || true);",
    },
    caughtBy: "violated I9",
  },
  {
    name: "terminated-lost-in-a-restart",
    patch: {
      file: cell,
      find: "for (const watcher of this.watchers) watcher.targetStopped(this);",
      replace: "for (const watcher of this.watchers) if (this.restarts === 0) watcher.targetStopped(this);",
    },
    caughtBy: "violated I9",
  },
  {
    name: "stop-without-children",
    patch: {
      file: cell,
      find: "for (const child of this.children.values()) child.requestStop();\n      return false;",
      replace: "this.children.clear();",
    },
    caughtBy: "violated I10",
  },
  {
    name: "budget-ignored",
    patch: {
      file: "src/kernel/supervision/supervise.ts",
      find: "usedBy(parent, member) >= parent.settings.supervision.maxRestarts",
      replace: "usedBy(parent, member) < 0",
    },
    caughtBy: "violated I11",
  },
  {
    name: "dead-letters-of-crashes-not-counted",
    patch: {
      file: "src/kernel/mail/dead-letters.ts",
      find: "this.#counts[reason] += 1;",
      replace: 'if (reason !== "crashed") this.#counts[reason] += 1;',
    },
    caughtBy: "violated I17",
  },
  {
    name: "sent-to-the-dead-not-counted",
    patch: { file: cell, find: "this.services.retired.sent += 1;", replace: "this.sent += 1;" },
    caughtBy: "violated I17",
  },
];
