import { runBroken, type BrokenBuild } from "../../support/broken-build.ts";
import { brokenDetect } from "../detect/broken.ts";
import type { WholeFlags } from "./commands.ts";
import type { LoadName } from "./whole-run.ts";

interface BrokenWhole {
  readonly build: BrokenBuild;
  /** The loads that are enough to find it. */
  readonly only: readonly [LoadName, ...LoadName[]];
}

const defect = (
  name: string,
  only: BrokenWhole["only"],
  patch: BrokenBuild["patch"],
  caughtBy: string,
): BrokenWhole => ({ build: { name: `chaos-whole-${name}`, patch, caughtBy }, only });

const fenceOff = brokenDetect["fence-off"];

/** Defects of the product, each of which the ledger of one system has to find in the run of all of them. */
export const brokenWhole: Readonly<Record<string, BrokenWhole>> = {
  /** A decision is written without what fences it. */
  ...(fenceOff === undefined ? {} : { "fence-off": { build: fenceOff, only: ["detect"] } }),
  /** A relay passes on what a detector said as what the next one says. */
  "relay-answers-mixed": defect(
    "relay-answers-mixed",
    ["detect"],
    {
      file: "src/actors/detect/relay/tasks/end-execution.ts",
      find: "const answer = answerOf(execution, setup.identity.host, said);",
      replace:
        "const before = globalThis.saidBefore ?? said;\n  globalThis.saidBefore = said;\n" +
        "  const answer = answerOf(execution, setup.identity.host, before);",
    },
    "never gave",
  ),
  /** What a proxy sends again is counted again. */
  "guard-dedup-off": defect(
    "guard-dedup-off",
    ["guard"],
    {
      file: "src/actors/guard/service/counting/seen-reports.ts",
      find: 'if (sequence <= known.sequence) return { type: "repeated" };',
      replace: 'if (sequence <= known.sequence) return { type: "new", from: 0 };',
    },
    "did not exceed the threshold and is intercepted",
  ),
  /** Whoever takes over a shard leaves out what was counted since the last snapshot. */
  "guard-journal-unread": defect(
    "guard-journal-unread",
    ["guard"],
    {
      file: "src/actors/guard/service/records/load-shard.ts",
      find: "if (number <= (positions.get(bucket.index) ?? 0)) return undefined;",
      replace: "if (number > 0) return undefined;",
    },
    "exceeded the threshold and is not denied everywhere",
  ),
  /** An interception raises a second event, with an id of its own. */
  "loop-raised-twice": defect(
    "loop-raised-twice",
    ["loop"],
    {
      file: "src/actors/event-outbox/event-forwarder.ts",
      find: "await accept([event]);",
      replace: "await accept([event, { ...event, id: `${event.id}-again` }]);",
    },
    "is in two tickets",
  ),
};

/** Until it is told that it waits in vain for what the defect has lost. */
const graceMs = 10 * 60_000;

/** `--broken NAME`: the run in a copy of the sources that has the defect. Holds if it failed, and for this. */
export const brokenWholeRun = async (name: string, { seconds, seed, print }: WholeFlags): Promise<boolean> => {
  const broken = brokenWhole[name];
  if (broken === undefined) throw new Error(`--broken: ${Object.keys(brokenWhole).join(", ")}`);
  const { build, only } = broken;
  const flags = ["--minutes", String(seconds / 60), "--seed", String(seed), "--only", only.join()];
  const { code, overdue, output } = await runBroken(
    build,
    ["test/chaos/scan/main.js", ...flags],
    seconds * 1_000 + graceMs,
  );
  print(output.trimEnd());
  if (overdue) print("the broken run did not end in time");
  const caught = !overdue && code !== 0 && output.includes(build.caughtBy);
  print(caught ? `caught: ${build.name}` : `not caught: ${build.name} says nothing of "${build.caughtBy}"`);
  return caught;
};
