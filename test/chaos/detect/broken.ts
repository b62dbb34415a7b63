import { runBroken, type BrokenBuild } from "../../support/broken-build.ts";
import type { DetectFlags } from "./commands.ts";

const defect = (name: string, patch: BrokenBuild["patch"], caughtBy: string): BrokenBuild => ({
  name: `chaos-detect-${name}`,
  patch,
  caughtBy,
});

/** Defects of the product, each of which `detect-kill` has to find. */
export const brokenDetect: Readonly<Record<string, BrokenBuild>> = {
  /**
   * A decision is written without the claim and the version that fence it, and its item is finished a moment later: a centre that dies in
   * between leaves it to be decided once more.
   */
  "fence-off": defect(
    "fence-off",
    {
      file: "src/actors/detect/centre/decide-task.ts",
      find: '    await space.commit({ type: "claim", claim }, changes);',
      replace:
        '    const late = ({ type, key }) => type === "finish" || (type === "put" && key.startsWith("task/"));\n' +
        "    await space.commit(undefined, changes.filter((change) => !late(change)));\n" +
        "    await new Promise((resolve) => setTimeout(resolve, 1_000));\n" +
        '    await space.commit({ type: "claim", claim }, changes.filter(late));',
    },
    "was decided 2 times",
  ),
  /** Every execution has an object of its own brought to the host. */
  "single-flight-off": defect(
    "single-flight-off",
    {
      file: "src/actors/detect/relay/objects/object-cache.ts",
      find: "this.#byDigest.get(sha256) ?? this.#make(need)",
      replace: "this.#make(need)",
    },
    "again after",
  ),
};

const minutes = 15;

/** `detect-broken NAME`: `detect-kill` in a copy of the sources that has the defect. Holds if the run failed, and for this. */
export const detectBroken = async (name: string | undefined, { seed, print }: DetectFlags): Promise<boolean> => {
  const build = brokenDetect[name ?? ""];
  if (build === undefined) throw new Error(`--broken: ${Object.keys(brokenDetect).join(", ")}`);
  const run = [
    "detect-kill",
    "--tasks",
    "200",
    "--kills",
    "12",
    "--minutes",
    `${minutes}`,
    "--compiled",
    "--seed",
    `${seed}`,
  ];
  const { code, overdue, output } = await runBroken(build, ["test/chaos/scan/main.js", ...run], (minutes + 1) * 60_000);
  print(output.trimEnd());
  if (overdue) print("the broken run did not end in time");
  const caught = !overdue && code !== 0 && output.includes(build.caughtBy);
  print(caught ? `caught: ${build.name}` : `not caught: ${build.name} says nothing of "${build.caughtBy}"`);
  return caught;
};
