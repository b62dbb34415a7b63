import type { Patch } from "../../support/broken-build.ts";
import type { BrokenSimulation } from "../broken-simulation.ts";

const source = (file: string, find: string, replace: string): Patch => ({
  ...{ file: `src/actors/respond/${file}`, find, replace },
});

/** @param firstSeed even: in the others no event is answered */
const broken = (
  invariant: string,
  defect: string,
  [patch, ...also]: readonly [Patch, ...Patch[]],
  firstSeed: number,
): BrokenSimulation => ({
  ...{ layer: "respond", invariant, patch, also, firstSeed },
  name: `simulation-${invariant}-${defect}`,
  caughtBy: `violation ${invariant} `,
});

/** A defect of the run protocol for each thing that is checked of it. */
export const brokenResponses: readonly BrokenSimulation[] = [
  broken(
    "I19",
    "start-not-kept-before-the-effect",
    [
      source(
        "execution/run-journal.ts",
        "await this.#keep(changes);\n    for (const { n, name } of starts) {",
        "void this.#keep(changes).catch(() => undefined);\n    for (const { n, name } of starts) {",
      ),
    ],
    2,
  ),
  broken(
    "I19",
    "unknown-outcome-repeated",
    [source("records/step-record.ts", "!idempotent && repeat !== true;", "!idempotent && repeat === null;")],
    2,
  ),
  broken(
    "I20",
    "journal-without-its-claim",
    [
      source(
        "execution/claim-writer.ts",
        "this.#space.commit(guard, changes)",
        "this.#space.commit(undefined, changes)",
      ),
      source(
        "execution/run-journal.ts",
        '[...changes, put, { type: "checkpoint", claim, data: null }]',
        "claim === undefined ? [] : [...changes, put]",
      ),
    ],
    2,
  ),
  broken(
    "I18",
    "runs-made-before-the-end",
    [
      source(
        "intake/decision-writer.ts",
        "} else await space.commit(undefined, [...runs.flat(), ...ends]);",
        "} else {\n        await space.commit(undefined, runs.flat());\n        await space.commit(undefined, ends);\n      }",
      ),
      source("intake/decide.ts", "chosenRunId(key, choice);", "chosenRunId(`${key}${nowMs}`, choice);"),
    ],
    8,
  ),
  broken(
    "I18",
    "windows-not-kept",
    [source("intake/decision-writer.ts", "flatMap(({ end }) => end), ...counted];", "flatMap(({ end }) => end)];")],
    2,
  ),
  broken(
    "I14",
    "cancelled-run-goes-on",
    [source("execution/run-supervisor.ts", "    void context.stop(worker);\n", "    void worker;\n")],
    14,
  ),
  broken(
    "I20",
    "end-overwritten",
    [
      source(
        "records/run-changes.ts",
        "value: run, ...(expectedVersion === undefined ? {} : { expectedVersion }) }",
        "value: run }",
      ),
      source("runs/cancel-run.ts", 'run.state === "waiting" || status === "cancelled")', "status !== undefined)"),
    ],
    10,
  ),
  broken(
    "I12",
    "processes-not-counted",
    [source("execution/claim-runs.ts", "runner.free - starting.size", "runner.free + starting.size + 1")],
    2,
  ),
  broken(
    "I16",
    "answered-run-not-queued",
    [source("runs/answer-run.ts", "waitingKey(id) }, itemChange(id, next)]", "waitingKey(id) }]")],
    2,
  ),
];
