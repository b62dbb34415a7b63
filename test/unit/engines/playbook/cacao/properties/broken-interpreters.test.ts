import assert from "node:assert/strict";
import { inRepository, testsBuilt } from "../../../../../support/built.ts";
import { assertCaught, type BrokenBuild, runBroken } from "../../../../../support/broken-build.ts";
import type { BrokenRun } from "../../../../../support/broken-process.ts";

const mocha = inRepository("node_modules/mocha/bin/mocha.js");
const tested = "test/unit/engines/playbook/cacao/properties/random-playbooks.test.js";
const deadlineMs = 60_000;
const caughtBy = "Property failed after";

const broken = (name: string, file: string, find: string, replace: string): BrokenBuild => ({
  name: `cacao-${name}`,
  patch: { file: `src/engines/playbook/cacao/${file}`, find, replace },
  caughtBy,
});

/** Interpreters with one defect each. */
const builds: readonly BrokenBuild[] = [
  broken(
    "on-failure-ignored",
    "run/interpreter.ts",
    "step.onFailure === undefined) return outcome;",
    'step.id !== "") return outcome;',
  ),
  broken("exception-ignored", "run/interpreter.ts", "playbook.exception === undefined", 'playbook.id !== ""'),
  broken("timeout-ignored", "run/interpreter.ts", "if (step.timeoutMs === undefined)", 'if (step.id !== "")'),
  broken("switch-default-skipped", "run/steps/conditional.ts", '?? step.cases.get("default")', ""),
  broken("parallel-not-awaited", "run/steps/parallel.ts", "await Promise.all(", "await Promise.race("),
  broken(
    "shadowing-off",
    "run/interpreter.ts",
    "scope: step.variables.size === 0 ? outer.scope : outer.scope.child(step.variables),",
    "scope: outer.scope,",
  ),
  broken("others-not-aborted", "run/steps/parallel.ts", "      cancel.cancel();\n", ""),
];
const sound: BrokenBuild = broken(
  "sound",
  "run/interpreter.ts",
  "export class Interpreter ",
  "export class Interpreter ",
);

/** Executes the comparison with the literal interpreter on a copy; a playbook that shows the defect is not made small. */
const run = (build: BrokenBuild): Promise<BrokenRun> =>
  runBroken(build, [mocha, "--no-config", "--bail", tested], deadlineMs, {
    CACAO_PLAYBOOKS: "150",
    CACAO_SHRINK: "no",
    GARRISON_SEED: "8",
  });

describe("random CACAO playbooks: broken interpreters", function () {
  this.timeout(3 * deadlineMs);
  before(testsBuilt);

  for (const build of builds) {
    it(`${build.name} is found`, async () => {
      assertCaught(build, await run(build));
    });
  }

  it("the sound one is not", async () => {
    const { code, output } = await run(sound);
    assert.equal(code, 0, output.slice(-2_000));
  });
});
