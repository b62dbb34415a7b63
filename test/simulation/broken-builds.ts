import type { BrokenBuild } from "../support/broken-build.ts";

/** The layer that has the defect: those of one layer are tested in a file of their own, side by side with the others. */
export type BrokenLayer = "store" | "cluster" | "kernel" | "actors";

export interface BrokenSimulation extends BrokenBuild {
  readonly layer: BrokenLayer;
  readonly invariant: string;
  /** Where to begin: at a seed that was seen to show it, to save time. Another one shows it too when the simulation has changed. */
  readonly firstSeed: number;
}

const broken = (
  invariant: string,
  defect: string,
  file: `src/${BrokenLayer}/${string}`,
  find: string,
  replace: string,
  firstSeed = 1,
): BrokenSimulation => ({
  layer: file.split("/")[1] as BrokenLayer,
  invariant,
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
    3,
  ),
  broken(
    "I1",
    "fence-off",
    "src/store/model/guard.ts",
    "if (latest === version) return;",
    "if (latest >= version) return;",
    39,
  ),
  broken(
    "I2",
    "own-deadline-ignored",
    "src/cluster/node-lease.ts",
    "return this.#lease.deadlineMs - reservePart * this.#setup.leaseMs;",
    "return this.#lease.deadlineMs + 10 * this.#setup.leaseMs;",
    5,
  ),
  broken(
    "I2",
    "lease-as-boolean",
    "src/cluster/ownership/held-grant.ts",
    "Number.NEGATIVE_INFINITY : this.#deadline.untilMs",
    "Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY",
    9,
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
    9,
  ),
  broken("I2", "table-without-version", "src/cluster/table.ts", "  expectedVersion: version,\n", "", 2),
  broken(
    "I15",
    "table-not-followed",
    "src/cluster/membership.ts",
    "if (revision !== this.#seenRevision) {",
    "if (this.#seenRevision < 0) {",
    2,
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
    4,
  ),
  broken(
    "I6",
    "bystanders-not-spared",
    "src/actors/scan/probes/probe.ts",
    "isSuspect(claim) && subtask.templates.length > 1",
    "isSuspect(claim) && subtask.templates.length > 99",
    4,
  ),
  broken(
    "I8",
    "handler-not-awaited",
    "src/kernel/cell/handler-run.ts",
    "const number = this.#number;",
    'if (turn === "receive") this.turn = undefined;\n    const number = this.#number;',
  ),
  broken("I9", "termination-not-told", "src/kernel/mail/watches.ts", "this.#farewells.push(watch);", "void watch;", 2),
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
  broken("I14", "cancelled-work-goes-on", "src/actors/scan/probes/probe.ts", "      run.abort.abort();\n", "", 149),
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
    3,
  ),
  broken(
    "I17",
    "crash-not-counted",
    "src/kernel/mail/dead-letters.ts",
    "this.#counts[reason] += 1;",
    'if (reason !== "crashed") this.#counts[reason] += 1;',
  ),
];
