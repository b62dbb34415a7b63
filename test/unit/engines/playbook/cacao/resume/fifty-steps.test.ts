import assert from "node:assert/strict";
import { action, idOf, playbookOf, type ShortPlaybook } from "../../../../../support/cacao/playbook-source.ts";
import {
  type Answer,
  bundleOf,
  CacaoTestRun,
  gives,
  type ScriptedStep,
  valuesOf,
} from "../../../../../support/cacao-runs.ts";

const count = 50;
const name = (at: number): string => `step ${at}`;
const ofTypes = ["http-api", "bash", "manual"] as const;

/** Fifty steps: actions of each kind, and every tenth a step with others inside, each of which keeps something. */
const steps = (): ShortPlaybook["steps"] => {
  const entries = Array.from({ length: count }, (_, at) => at + 1).flatMap((at): [string, object][] => {
    const next = { on_completion: at === count ? "end" : name(at + 1) };
    const inside = (part: string): [string, object] => [`${part} ${at}`, action(`POST /${part}-${at}`)];
    switch (at % 10) {
      case 2:
        return [
          [name(at), { type: "parallel", next_steps: [`a ${at}`, `b ${at}`], ...next }],
          inside("a"),
          inside("b"),
        ];
      case 4:
        return [[name(at), { ...action(`waited-${at}`), delay: 20, timeout: 5_000, ...next }]];
      case 6:
        return [
          [name(at), { type: "if-condition", condition: "__n__:value > 0", on_true: `a ${at}`, ...next }],
          inside("a"),
        ];
      case 8:
        return [
          [
            name(at),
            { type: "playbook-action", playbook_id: idOf("playbook", "called"), out_args: ["__made__"], ...next },
          ],
        ];
      default: {
        const type = ofTypes[at % ofTypes.length] ?? "http-api";
        const text = type === "http-api" ? `POST /do-${at}` : `do-${at}`;
        return [[name(at), { ...action(text, { out_args: ["__n__"] }, type), ...next }]];
      }
    }
  });
  return Object.fromEntries(entries) as ShortPlaybook["steps"];
};

const fifty = playbookOf("fifty", {
  variables: { __n__: { type: "integer", value: "0" }, __made__: null },
  steps: steps(),
});
const called = playbookOf("called", {
  variables: { __made__: null },
  steps: { make: action("POST /make", { out_args: ["__made__"] }) },
});

/** Whoever does a step counts it: the number of a step in the journal is its answer. */
const script = ({ n, text }: ScriptedStep): Answer =>
  gives(text === "POST /make" ? `made by ${n}` : String(n), { __n__: n });
const newRun = (): CacaoTestRun => new CacaoTestRun({ bundle: bundleOf(fifty, called), script });

describe("a CACAO playbook of fifty steps", () => {
  it("goes on from each start and each end that is kept, and no step that has ended is executed again", async () => {
    const uninterrupted = newRun();
    const expected = valuesOf(await uninterrupted.finish());
    const { journal, moments } = uninterrupted;
    assert.ok(journal.length >= count && moments > 3 * journal.length, `${journal.length} steps, ${moments} moments`);
    // Before and after each commit; what begins or ends at the same time is in one.
    for (let moment = 1; moment <= moments; moment += 1) {
      const run = newRun();
      assert.equal((await run.execute(new Set([moment]))).type, "killed", `moment ${moment}`);
      const ended = run.journal.filter(({ end }) => end !== undefined);
      const before = new Map(run.times);
      assert.deepEqual(valuesOf(await run.finish()), expected, `killed at moment ${moment}`);
      for (const { n, end } of ended) {
        assert.equal(run.times.get(n), before.get(n), `killed at moment ${moment}, step ${n} was executed again`);
        assert.deepEqual(run.journal[n - 1]?.end, end);
      }
      assert.deepEqual(
        run.journal.map(({ n, name: kept, by }) => ({ n, kept, by })),
        journal.map(({ n, name: kept, by }) => ({ n, kept, by })),
      );
    }
  });
});
