import assert from "node:assert/strict";
import fc from "fast-check";
import { nextTurn } from "../../../../../src/base/event-loop.ts";
import { seededRandom } from "../../../../../src/base/random.ts";
import type { LoadedPlaybook } from "../../../../../src/engines/playbook/child/module/load-playbook.ts";
import type { Run, RunSummary } from "../../../../../src/engines/playbook/sdk/run.ts";
import type { ActionFunction } from "../../../../../src/engines/playbook/sdk/action.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";
import { SimulatedJournal, simulateExecution } from "./simulated-execution.ts";

type SimulatedRun = Run<{ readonly step: ActionFunction<number, number> }>;

/** An action, and what follows when it has ended: from an `await` or from a callback. */
interface Plan {
  readonly id: number;
  readonly awaited: boolean;
  readonly then: readonly Plan[];
}

/** Turns of the event loop that `onStart` lets pass before it starts an action. */
interface Program {
  readonly turns: number;
  readonly plan: Plan;
}

const plans = fc.letrec<{ plan: Plan }>((tie) => ({
  plan: fc.record({
    id: fc.nat(99),
    awaited: fc.boolean(),
    then: fc.oneof({ depthSize: "small" }, fc.constant([]), fc.array(tie("plan"), { maxLength: 3 })),
  }),
})).plan;
const programs = fc.array(fc.record({ turns: fc.nat(12), plan: plans }), { minLength: 1, maxLength: 4 });

const playbookOf = (
  program: readonly Program[],
  heard: (step: number) => void,
): LoadedPlaybook & { readonly actions: ReadonlyMap<string, never> | LoadedPlaybook["actions"] } => {
  const follow = (run: SimulatedRun, { id, awaited, then }: Plan): void => {
    const handle = run.act("step", id);
    const goOn = (): void => {
      heard(handle.step);
      for (const next of then) follow(run, next);
    };
    if (awaited) void handle.then(goOn);
    else handle.onDone(goOn);
  };
  return {
    facts: { title: undefined, description: undefined, actions: [], filters: [], secrets: [], onFinish: true },
    actions: new Map([["step", { run: () => undefined, idempotent: true, timeoutMs: undefined }]]),
    filters: new Map(),
    onStart: async (_event, run) => {
      for (const { turns, plan } of program) {
        for (let turn = 0; turn < turns; turn += 1) await nextTurn();
        follow(run, plan);
      }
    },
    onFinish: (summary: RunSummary, run) => {
      follow(run, { id: summary.steps.length, awaited: true, then: [] });
      return summary.done;
    },
  };
};

const count = (plan: Plan): number => plan.then.reduce((sum, next) => sum + count(next), 1);

describe("a run that goes on in another process", () => {
  it("does what it did, hears what it heard, and repeats nothing whose end was kept", async () => {
    await fc.assert(
      fc.asyncProperty(
        programs,
        fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 5 }),
        fc.nat(),
        async (program, kills, seed) => {
          const random = seededRandom(seed);
          const journal = new SimulatedJournal();
          const planned = program.reduce((sum, { plan }) => sum + count(plan), 0);
          for (let execution = 0; ; execution += 1) {
            const heard: number[] = [];
            const before = journal.ended;
            const end = await simulateExecution({
              playbook: playbookOf(program, (step) => heard.push(step)),
              journal,
              random,
              commits: kills[execution] ?? Number.POSITIVE_INFINITY,
              executed: (n) => assert.ok(!journal.hasEnded(n), `step ${n} is repeated, though its end is kept`),
            });
            if (end === "killed") {
              assert.deepEqual(heard, journal.ended.slice(0, heard.length));
              continue;
            }
            assert.deepEqual(end, { type: "done", output: planned });
            assert.deepEqual(heard, journal.ended);
            assert.deepEqual(heard.slice(0, before.length), before);
            assert.equal(journal.steps.length, planned + 1);
            return;
          }
        },
      ),
      { numRuns: 600 },
    );
  });

  const ended = async (program: readonly Program[]): Promise<SimulatedJournal> => {
    const journal = new SimulatedJournal();
    const random = seededRandom(1);
    const commits = Number.POSITIVE_INFINITY;
    await simulateExecution({
      playbook: playbookOf(program, () => undefined),
      journal,
      random,
      commits,
      executed: () => undefined,
    });
    return journal;
  };
  const leaf = (id: number): Program => ({ turns: 0, plan: { id, awaited: true, then: [] } });

  const differences: Readonly<Record<string, readonly [readonly Program[], RegExp]>> = {
    "gives a step another input": [[leaf(1), leaf(3)], /step 2 \(step\) has another input/],
    "leaves out a step": [[leaf(1)], /step 2 \(step\) was started before and not now/],
    "leaves out all steps": [[], /step 1 \(step\) has another input/],
  };
  for (const [what, [program, message]] of Object.entries(differences)) {
    it(`fails when it ${what}`, async () => {
      const journal = await ended([leaf(1), leaf(2)]);
      const clock = new ManualClock();
      const ending = simulateExecution({
        playbook: playbookOf(program, () => undefined),
        journal,
        clock,
        random: seededRandom(2),
        commits: Number.POSITIVE_INFINITY,
        executed: () => assert.fail("nothing is executed"),
      });
      // It has hung itself up by then, if it does.
      for (let turn = 0; turn < 50; turn += 1) await nextTurn();
      clock.advance(5_000);
      const end = await ending;
      assert.ok(end !== "killed" && end.type === "failed", JSON.stringify(end));
      assert.equal(end.reason, "not-deterministic");
      assert.match(end.message, message);
    });
  }
});
