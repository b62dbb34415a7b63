import type { BrokenBuild } from "../support/broken-build.ts";

const broken = (invariant: string, defect: string, file: string, find: string, replace: string): BrokenBuild => ({
  name: `simulation-${invariant}-${defect}`,
  patch: { file, find, replace },
  caughtBy: `violation ${invariant} `,
});

/** A defect for each invariant that the simulation checks: a checker that does not find its own is worth nothing. */
export const brokenBuilds: readonly BrokenBuild[] = [
  broken(
    "I1",
    "token-unchecked",
    "src/store/model/guard.ts",
    "claim?.token !== ref.token || claim.deadlineMs",
    "claim === undefined || claim.deadlineMs",
  ),
  broken(
    "I2",
    "lease-shorter-than-granted",
    "src/store/model/claim.ts",
    "const deadlineMs = unit.nowMs + input.leaseMs;",
    "const deadlineMs = unit.nowMs + input.leaseMs / 4;",
  ),
  broken(
    "I4",
    "add-forgotten",
    "src/store/model/commit.ts",
    "if (!addItem(unit, change.queue, change.item))",
    'if (!change.item.id.endsWith("2") && !addItem(unit, change.queue, change.item))',
  ),
  broken(
    "I5",
    "finish-after-the-end",
    "src/store/model/item-state.ts",
    "item.status = outcome;\n  item.claim = undefined;",
    "item.status = outcome;",
  ),
  broken(
    "I6",
    "limit-ignored",
    "src/store/model/retry.ts",
    "item.failures < retryLimits.failures",
    "item.failures < 2 * retryLimits.failures",
  ),
  broken(
    "I6",
    "bystanders-not-spared",
    "src/actors/scan/probes/probe.ts",
    "isSuspect(claim) && subtask.templates.length > 1",
    "isSuspect(claim) && subtask.templates.length > 99",
  ),
  broken(
    "I8",
    "handler-not-awaited",
    "src/kernel/cell/handler-run.ts",
    "const number = this.#number;",
    'if (turn === "receive") this.turn = undefined;\n    const number = this.#number;',
  ),
  broken("I9", "termination-not-told", "src/kernel/mail/watches.ts", "this.#farewells.push(watch);", "void watch;"),
  broken(
    "I10",
    "stop-without-children",
    "src/kernel/cell/cell.ts",
    "if (this.children !== undefined && this.children.size > 0) {",
    "if (this.children !== undefined && this.children.size > 0 && this.phase !== stopping) {",
  ),
  broken(
    "I11",
    "budget-ignored",
    "src/kernel/supervision/supervise.ts",
    ">= parent.settings.supervision.maxRestarts",
    ">= 100 * parent.settings.supervision.maxRestarts",
  ),
  broken(
    "I12",
    "bound-ignored",
    "src/kernel/cell/cell.ts",
    "this.#inbox.waiting >= this.settings.mailbox.capacity",
    "this.#inbox.waiting >= 2 * this.settings.mailbox.capacity",
  ),
  broken("I14", "cancelled-work-goes-on", "src/actors/scan/probes/probe.ts", "      run.abort.abort();\n", ""),
  broken(
    "I16",
    "paused-keeps-its-place",
    "src/actors/scan/tasks/task.ts",
    "if (place?.held === true) {",
    "if (place?.held === true && group === undefined) {",
  ),
  broken(
    "I16",
    "claims-never-run-out",
    "src/store/model/due.ts",
    'if (item?.status === "claimed") countLoss',
    'if (item?.status === "claimed" && item.losses > 0) countLoss',
  ),
  broken(
    "I17",
    "crash-not-counted",
    "src/kernel/mail/dead-letters.ts",
    "this.#counts[reason] += 1;",
    'if (reason !== "crashed") this.#counts[reason] += 1;',
  ),
];
