import { runBroken, type BrokenBuild } from "../../support/broken-build.ts";
import type { RespondFlags } from "./flags.ts";

interface BrokenRun {
  readonly build: BrokenBuild;
  /** The run that has to find it, as short as finds it surely. */
  readonly run: readonly string[];
}

const defect = (name: string, run: readonly string[], patch: BrokenBuild["patch"], caughtBy: string): BrokenRun => ({
  build: { name: `chaos-respond-${name}`, patch, caughtBy },
  run,
});

const killRun = ["respond-kill", "--runs", "60", "--kills", "12"];
/** The starts of five steps, one of them of a request that must not be repeated. */
const resumeRun = ["respond-cacao-resume", "--runs", "5"];
const execution = "src/engines/playbook/host/execution.ts";

/** Defects of the product, each of which one of the runs has to find. */
export const brokenRespond: Readonly<Record<string, BrokenRun>> = {
  /** Steps whose outcome nobody knows are executed again without a question. */
  "unknown-repeated": defect(
    "unknown-repeated",
    killRun,
    {
      file: "src/actors/respond/records/step-record.ts",
      find: "!step.idempotent && step.repeat !== true",
      replace: "!step.idempotent && step.repeat === false",
    },
    "must not be repeated and came",
  ),
  /** The playbook hears of results that are not kept. */
  "ends-not-kept": defect(
    "ends-not-kept",
    killRun,
    {
      file: "src/engines/playbook/host/journal-relay.ts",
      find: "      await this.#setup.keep.stepsEnded(ends);\n",
      replace: "",
    },
    "came again after stage",
  ),
  /** The watchdog does not notice that the node is gone. */
  "watchdog-asleep": defect(
    "watchdog-asleep",
    ["respond-orphans", "--rounds", "1", "--runs", "4"],
    {
      file: "src/engines/playbook/child/watchdog/serve-watchdog.ts",
      find: "{ frame: endAll, ended: endAll }",
      replace: "{ frame: endAll, ended: () => undefined }",
    },
    "after their node was killed",
  ),
  /** A node that does nothing for a time when a process has crashed. */
  "node-waits": defect(
    "node-waits",
    ["respond-isolation", "--rounds", "1", "--runs", "6"],
    {
      file: execution,
      find: "    const end = this.#decide(endOfExit(",
      replace:
        '    for (const wait = this.#setup.clock.monotonicMs() + 4_000; exit.signal === "SIGABRT" && this.#setup.clock.monotonicMs() < wait; );\n' +
        "    const end = this.#decide(endOfExit(",
    },
    "times as long",
  ),
  /** The end of the heap is taken for any other crash. */
  "memory-unnoticed": defect(
    "memory-unnoticed",
    ["respond-isolation", "--rounds", "1", "--runs", "6"],
    {
      file: "src/engines/playbook/host/process/process-exit.ts",
      find: "/heap out of memory|[Ff]atal (?:process|JavaScript) out of memory/",
      replace: "/nothing like it/",
    },
    "a run of kind allocate ended as crashed",
  ),
  /** Events are acknowledged that are not stored. */
  "events-dropped": defect(
    "events-dropped",
    ["respond-flood", "--events", "500"],
    {
      file: "src/actors/respond/events/event-writer.ts",
      find: "if (changes.has(id)) continue;",
      replace: 'if (changes.has(id) || id.endsWith("77")) continue;',
    },
    "was acknowledged and is lost",
  ),
  /** Processes of cancelled runs get more time to end than they may have. */
  "cancel-late": defect(
    "cancel-late",
    ["respond-cancel", "--runs", "3"],
    { file: execution, find: "const cancelMs = 250;", replace: "const cancelMs = 2_500;" },
    "after the answer",
  ),
  /** Requests of CACAO playbooks may all be repeated. */
  "cacao-posts-repeated": defect(
    "cacao-posts-repeated",
    resumeRun,
    {
      file: "src/engines/playbook/cacao/commands/prepare/prepare-http.ts",
      find: "idempotent: idempotentMethods.includes(method)",
      replace: "idempotent: method.length > 0",
    },
    "must not be repeated and came",
  ),
  /** A CACAO playbook hears of results that are not kept. */
  "cacao-ends-not-kept": defect(
    "cacao-ends-not-kept",
    resumeRun,
    {
      file: "src/engines/playbook/host/journal-relay.ts",
      find: "      await this.#setup.keep.stepsEnded(ends);\n",
      replace: "",
    },
    "came again after stage",
  ),
  /** What is wrong with a CACAO playbook does not say with which step. */
  "cacao-step-unnamed": defect(
    "cacao-step-unnamed",
    ["respond-cacao-mutants", "--count", "300"],
    {
      file: "src/engines/playbook/cacao/read/findings.ts",
      find: "key: keyOf(path), reason",
      replace: "key: keyOf(path.filter((_, at) => at !== 1)), reason",
    },
    "is refused for too little",
  ),
};

const graceMs = 400_000;

/** `respond-broken NAME`: the run that finds the defect, in a copy of the sources that has it. Holds if the run failed, and for this. */
export const respondBroken = async (name: string | undefined, { seed, print }: RespondFlags): Promise<boolean> => {
  const broken = brokenRespond[name ?? ""];
  if (broken === undefined) throw new Error(`--broken: ${Object.keys(brokenRespond).join(", ")}`);
  const { build, run } = broken;
  const flags = ["test/chaos/scan/main.js", ...run, "--compiled", "--seed", `${seed}`];
  const { code, overdue, output } = await runBroken(build, flags, graceMs);
  print(output.trimEnd());
  if (overdue) print("the broken run did not end in time");
  const caught = !overdue && code !== 0 && output.includes(build.caughtBy);
  print(caught ? `caught: ${build.name}` : `not caught: ${build.name} says nothing of "${build.caughtBy}"`);
  return caught;
};
