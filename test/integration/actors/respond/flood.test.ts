import assert from "node:assert/strict";
import { runHasEnded, type RunView } from "../../../../src/actors/respond/index.ts";
import { seededRandom, type Random } from "../../../../src/base/random.ts";
import { createMemoryDatabase } from "../../../../src/store/memory/index.ts";
import { TestKernel } from "../../../support/kernel.ts";
import { bindingOf, catalogOf, eventOf, RespondNode } from "./respond-node.ts";
import type { ScriptedExecution } from "./scripted-runner.ts";

const steps = 5;
const isIdempotent = (n: number): boolean => n % 2 === 0;

/** What actions did to the world, which forgets nothing. */
class World {
  /** Effects of each step of each run. */
  readonly effects = new Map<string, number>();
  /** Steps whose ends were kept. */
  readonly kept = new Set<string>();
  /** Steps that a person wants to be repeated, and how often. */
  readonly repeats = new Map<string, number>();

  /** What must not have happened. */
  readonly violations: string[] = [];

  effect(run: string, n: number): void {
    const step = `${run}/${n}`;
    if (this.kept.has(step)) this.violations.push(`${step} was executed although its end was kept`);
    const effects = (this.effects.get(step) ?? 0) + 1;
    this.effects.set(step, effects);
    if (isIdempotent(n) || effects <= 1 + (this.repeats.get(step) ?? 0)) return;
    this.violations.push(`${step}, which must not be repeated, had ${effects} effects`);
  }
}

/** A playbook of some steps, the first two beside each other; its process may be killed at any moment. */
const play = async (world: World, random: Random, execution: ScriptedExecution): Promise<void> => {
  const { runId, journal } = execution.work;
  const mayDie = (): void => {
    if (random.below(12) > 0) return;
    execution.finish({ type: "lost", message: "killed" });
    throw new Error("killed");
  };
  const step = async (n: number): Promise<void> => {
    const known = journal.find((one) => one.n === n);
    if (known?.end !== undefined) return;
    mayDie();
    // One that was begun before is executed again without being told again.
    if (known === undefined) await execution.start(n, `act-${n}`, { idempotent: isIdempotent(n) });
    mayDie();
    if (execution.over) return;
    world.effect(runId, n);
    mayDie();
    await execution.end(n);
    world.kept.add(`${runId}/${n}`);
    mayDie();
  };
  try {
    await Promise.all([step(1), step(2)]);
    for (let n = 3; n <= steps; n += 1) await step(n);
    execution.finish({ type: "done", output: null });
  } catch {
    // What it told could not be kept, or it was killed: no process of it is alive.
    execution.finish({ type: "lost", message: "could not be kept" });
  }
};

/** Answers what a person would be asked, and cancels a run now and then. */
const intervene = async (world: World, random: Random, node: RespondNode, kernel: TestKernel): Promise<void> => {
  const { rows } = await kernel.complete(node.runs.list({ states: ["waiting", "running"] }));
  for (const { id, state, question } of rows) {
    if (state === "running" && random.below(60) === 0) await kernel.complete(node.runs.cancel(id));
    if (question === undefined || random.below(2) === 0) continue;
    const answers = question.steps.map((step) => {
      if (random.below(2) === 0) return { step, outcome: "done", output: "seen" } as const;
      const key = `${id}/${step}`;
      world.repeats.set(key, (world.repeats.get(key) ?? 0) + 1);
      return { step, outcome: "repeat" } as const;
    });
    await kernel.complete(node.runs.answer(id, answers));
  }
};

describe("a flood of events while processes, nodes and the store fail", function () {
  this.timeout(30_000);

  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`every event is decided, every run ends, no step is done twice that must not be (seed ${seed})`, async () => {
      const kernel = new TestKernel("seeded", { seed });
      const random = seededRandom(seed);
      const world = new World();
      const database = createMemoryDatabase({ clock: kernel.clock });
      const catalog = catalogOf([
        bindingOf("network-attack", ["block", "tell"]),
        bindingOf("mining", ["stop"], { dedup: { by: ["host"], windowMs: 5_000 } }),
      ]);
      const nodes: RespondNode[] = [];
      /** It loses the store when it next begins a run, and ends soon after. */
      let dying: RespondNode | undefined;
      const startNode = (): RespondNode => {
        const name = `n${nodes.length + 1}`;
        const node = new RespondNode(kernel, { database, catalog, name, processes: 5, settings: { leaseMs: 3_000 } });
        node.runner.began = (execution) => {
          if (node === dying) node.store = "down";
          void play(world, random, execution);
        };
        nodes.push(node);
        return node;
      };
      const observer = startNode();
      let alive = [observer, startNode()];
      const accepted: string[] = [];
      const ends = new Map<string, RunView["state"]>();
      /** Notes the runs that have ended, and that none of them changes any more. */
      const noteEnds = async (): Promise<readonly RunView[]> => {
        const { rows } = await kernel.complete(observer.runs.list({ limit: 500 }));
        for (const { id, state } of rows) {
          const before = ends.get(id);
          if (before !== undefined) assert.equal(state, before, `the end of run ${id} was overwritten`);
          if (runHasEnded(state)) ends.set(id, state);
        }
        return rows;
      };

      for (let round = 0; round < 12; round += 1) {
        const events = Array.from({ length: 5 }, (_, n) =>
          eventOf(`e${round}-${n}`, {
            kind: ["network-attack", "mining", "other"][random.below(3)] ?? "other",
            data: { host: `h${random.below(3)}` },
          }),
        );
        await kernel.complete(observer.events.accept(events));
        accepted.push(...events.map(({ id }) => `fw1/${id}`));
        for (const node of alive.slice(1))
          node.store = (["up", "up", "down", "mute"] as const)[random.below(4)] ?? "up";
        await kernel.advance(random.below(1_500));
        for (const node of alive) node.store = "up";
        await intervene(world, random, observer, kernel);
        if (round % 3 === 1) dying = alive[1];
        if (round % 3 === 2) {
          // A node is gone at once: nobody hears of it again, and its processes end with it.
          const [dead] = alive.splice(1, 1);
          if (dead !== undefined) dead.store = "down";
          for (const execution of dead?.runner.alive ?? []) execution.finish({ type: "lost", message: "node gone" });
          alive = [...alive, startNode()];
        }
        await noteEnds();
      }
      for (let round = 0; round < 120; round += 1) {
        await intervene(world, random, observer, kernel);
        await kernel.advance(500);
        const runs = await noteEnds();
        if (runs.length > 0 && runs.every(({ state }) => runHasEnded(state))) break;
      }

      assert.deepEqual(world.violations, []);
      const views = await Promise.all(accepted.map((key) => observer.events.get(key)));
      assert.deepEqual([...new Set(views.map((view) => view?.state))].toSorted(), ["matched", "unmatched"]);
      const started = views.flatMap((view) => view?.runs.map(({ id }) => id) ?? []);
      assert.equal(new Set(started).size, started.length);
      assert.deepEqual([...ends.keys()].toSorted(), started.toSorted(), "each run that an event started has ended");
      const done = [...ends].filter(([, state]) => state === "done").map(([id]) => id);
      assert.ok(done.length > started.length / 2, `${done.length} of ${started.length} are done`);
      for (const id of done) {
        const { rows } = await observer.runs.steps(id);
        assert.deepEqual(
          rows.map(({ n, state }) => [n, state]),
          Array.from({ length: steps }, (_, at) => [at + 1, "done"]),
        );
      }
    });
  }
});
