import type { Patch } from "../../support/patched-source.ts";
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
    [
      source(
        "records/step-record.ts",
        "!step.idempotent && step.repeat !== true;",
        "!step.idempotent && step.repeat === null;",
      ),
    ],
    18,
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
    8,
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
    2,
  ),
  broken(
    "I18",
    "windows-not-kept",
    [source("intake/decision-writer.ts", "flatMap(({ end }) => end), ...counted];", "flatMap(({ end }) => end)];")],
    10,
  ),
  broken(
    "I14",
    "cancelled-run-goes-on",
    [source("execution/run-supervisor.ts", "    void context.stop(worker);\n", "    void worker;\n")],
    2,
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
    6,
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
    [source("runs/answer-waiting.ts", "waitingKey(id) }, itemChange(id, next)]", "waitingKey(id) }]")],
    24,
  ),
  broken(
    "I16",
    "time-forgotten",
    [
      source(
        "execution/run-ends.ts",
        "[itemChange(id, waiting, Math.max(0, Math.ceil(untilMs - nowMs)))]",
        "nowMs < 0 ? [itemChange(id, waiting)] : []",
      ),
    ],
    4,
  ),
  broken(
    "I20",
    "start-made-again-late",
    [source("execution/run-journal.ts", "changes.push({ ...put, expectedVersion: 0 });", "changes.push(put);")],
    138,
  ),
  broken(
    "I21",
    "parked-over-an-answer",
    [source("execution/run-ends.ts", "...(given.version === 0 ? [] : [putAnswers(id, [], given)]),", "")],
    16,
  ),
  broken(
    "I21",
    "answer-of-a-lost-execution-dropped",
    [
      source(
        "execution/load-run.ts",
        "answeredSteps(journal, given.answers, nowMs)",
        "answeredSteps(journal, [], nowMs)",
      ),
    ],
    16,
  ),
  broken(
    "I21",
    "answered-twice",
    [
      source(
        "runs/answer-under-way.ts",
        "if (given.answers.some((other) => other.step === step.n)) throw",
        "if (untaken.some((other) => other.step === -step.n)) throw",
      ),
    ],
    4,
  ),
  broken(
    "I22",
    "before-its-time",
    [source("execution/run-ends.ts", "Math.max(0, Math.ceil(untilMs - nowMs))", "0 * nowMs")],
    10,
  ),
];
