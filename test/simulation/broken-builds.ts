import type { BrokenBuild } from "../support/broken-build.ts";

export interface BrokenSimulation extends BrokenBuild {
  /** Where to begin: short of a seed that is known to show a defect that shows rarely, to save time. */
  readonly firstSeed: number;
}

const broken = (
  invariant: string,
  defect: string,
  file: string,
  find: string,
  replace: string,
  firstSeed = 1,
): BrokenSimulation => ({
  name: `simulation-${invariant}-${defect}`,
  patch: { file, find, replace },
  caughtBy: `violation ${invariant} `,
  firstSeed,
});

/** A defect for each invariant that the simulation checks: a checker that does not find its own is worth nothing. */
export const brokenBuilds: readonly BrokenSimulation[] = [
  broken(
    "I1",
    "token-unchecked",
    "src/store/model/guard.ts",
    "claim?.token !== ref.token || claim.deadlineMs",
    "claim === undefined || claim.deadlineMs",
  ),
  broken(
    "I1",
    "fence-off",
    "src/store/model/guard.ts",
    "if (latest === version) return;",
    "if (latest >= version) return;",
    30,
  ),
  broken(
    "I2",
    "own-deadline-ignored",
    "src/cluster/node-lease.ts",
    "return this.#lease.deadlineMs - reservePart * this.#setup.leaseMs;",
    "return this.#lease.deadlineMs + 10 * this.#setup.leaseMs;",
  ),
  broken(
    "I2",
    "lease-as-boolean",
    "src/cluster/ownership/held-grant.ts",
    "Number.NEGATIVE_INFINITY : this.#deadline.untilMs",
    "Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY",
  ),
  broken(
    "I2",
    "released-before-the-stop",
    "src/cluster/ownership/kind-owner.ts",
    'holding.phase = "stopping";',
    'holding.phase = "ended";',
  ),
  broken(
    "I3",
    "run-out-lease-renewed",
    "src/store/model/guard.ts",
    "row.token === ref.token && row.deadlineMs > unit.nowMs ? row",
    "row.token === ref.token ? row",
  ),
  broken(
    "I3",
    "lease-taken-early",
    "src/store/model/leases.ts",
    "row.owner !== input.owner && row.deadlineMs > nowMs",
    "row.owner !== input.owner && row.deadlineMs > nowMs + 1_500",
  ),
  broken(
    "I13",
    "limit-not-kept",
    "src/store/model/limits.ts",
    "validityMs + travelMs + roundingMs) / perSecond",
    "validityMs + travelMs + roundingMs) / (4 * perSecond)",
  ),
  broken("I2", "table-without-version", "src/cluster/table.ts", "  expectedVersion: version,\n", ""),
  broken(
    "I15",
    "table-not-followed",
    "src/cluster/membership.ts",
    "if (revision !== this.#seenRevision) {",
    "if (this.#seenRevision < 0) {",
  ),
  broken(
    "I16",
    "nobody-declares-dead",
    "src/cluster/membership.ts",
    "const table = await declareDead(this.#declarer, member);",
    "const table = await Promise.resolve(undefined);",
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
  broken("I14", "cancelled-work-goes-on", "src/actors/scan/probes/probe.ts", "      run.abort.abort();\n", "", 140),
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
