import type { Patch } from "../../support/patched-source.ts";
import type { BrokenSimulation } from "../broken-simulation.ts";

/** @param firstSeed one of those that make verdicts: see `verdictSeeds` */
const broken = (
  invariant: string,
  defect: string,
  patch: Patch & { readonly file: `src/actors/detect/${string}` | `src/engines/malware/${string}` },
  firstSeed: number,
): BrokenSimulation => ({
  ...{ layer: "detect", invariant, patch, firstSeed },
  name: `simulation-${invariant}-${defect}`,
  caughtBy: `violation ${invariant} `,
});

/** Defects of the relay protocol and of decisions, for each thing that is checked of them. */
export const brokenVerdicts: readonly BrokenSimulation[] = [
  broken(
    "I23",
    "told-before-it-is-made-anew",
    {
      file: "src/actors/detect/centre/send-verdict.ts",
      find: "if (await isBeingMade(verdicts, verdict)) {",
      replace: 'if (verdict.state === "pending" || verdict.state === "refreshing") {',
    },
    23,
  ),
  broken(
    "I23",
    "decided-before-the-end",
    {
      file: "src/actors/detect/centre/decide-task.ts",
      find: '    await space.commit({ type: "claim", claim }, changes);',
      replace:
        '    const isEnd = (change: Change): boolean => change.type === "finish" || JSON.stringify(change).includes("task/");\n' +
        "    await space.commit(undefined, changes.filter((change) => !isEnd(change)));\n" +
        '    await space.commit({ type: "claim", claim }, changes.filter(isEnd));',
    },
    11,
  ),
  broken(
    "I24",
    "answer-without-the-end",
    {
      file: "src/actors/detect/desk/report-summary.ts",
      find: '      { type: "finish", claim: claimRef(claim), outcome: "done" },\n',
      replace: "",
    },
    5,
  ),
  broken(
    "I24",
    "result-of-another-detector",
    {
      file: "src/actors/detect/relay/tasks/tasks.ts",
      find: "if (execution?.detector !== detector || execution.deliveredAtMs === undefined) continue;",
      replace: "if (execution === undefined) continue;",
    },
    149,
  ),
  broken(
    "I25",
    "absence-is-consent",
    {
      file: "src/engines/malware/rules/decide.ts",
      find: "const trust = degraded ? withoutAbsentees(rule, ruling.trust, votes, missing) : ruling.trust;",
      replace: "const trust = ruling.trust;",
    },
    23,
  ),
  broken(
    "I25",
    "one-method-is-enough",
    { file: "src/engines/malware/rules/decide.ts", find: "const leastKinds = 2;", replace: "const leastKinds = 1;" },
    5,
  ),
  broken(
    "I26",
    "one-object-for-each-execution",
    {
      file: "src/actors/detect/relay/objects/object-cache.ts",
      find: "this.#byDigest.get(sha256) ?? this.#make(need)",
      replace: "this.#make(need)",
    },
    5,
  ),
];
