import assert from "node:assert/strict";
import { seededRandom, type Random } from "../../../../../src/base/random.ts";
import { DetectError, type AssignedTask } from "../../../../../src/actors/detect/index.ts";
import { RelayWorld } from "../../../../support/relay/relay-world.ts";
import { TestDetector } from "../../../../support/relay/test-detector.ts";

const kinds = ["a", "b", "c"];
const steps = 40;
const tasks = 30;

/** A detector of a name, in one life after the other, which forgets what it had with each. */
class Mortal {
  readonly name: string;
  readonly kind: string;
  held: readonly AssignedTask[] = [];
  hangs = false;
  #lives = 0;
  #detector: TestDetector;
  readonly #world: RelayWorld;

  constructor(world: RelayWorld, name: string, kind: string) {
    this.name = name;
    this.kind = kind;
    this.#world = world;
    this.#detector = this.#begin();
  }

  die(): void {
    this.held = [];
    this.hangs = false;
    this.#detector = this.#begin();
  }

  /** Does what a detector does in one turn; a relay that has forgotten it, or is not there, is tried again in the next one. */
  async turn(random: Random): Promise<void> {
    if (this.hangs) return;
    try {
      await this.#detector.heartbeat(this.held.length);
      const done = this.held.filter(() => random.next() < 0.7);
      if (done.length > 0) await this.#detector.report(done);
      this.held = this.held.filter((task) => !done.includes(task));
      this.held = [...this.held, ...(await this.#detector.claim(random.below(5) + 1))];
    } catch (thrown) {
      if (!(thrown instanceof DetectError && thrown.retryable)) throw thrown;
      this.held = [];
    }
  }

  #begin(): TestDetector {
    this.#lives += 1;
    return new TestDetector(this.#world, this.name, { kind: this.kind, incarnation: `life-${this.#lives}` });
  }
}

describe("a relay among failures", () => {
  for (const seed of [1, 2]) {
    it(`seed ${seed}: every execution ends once, no object comes twice in a life of the relay, nothing is left`, async () => {
      const world = await RelayWorld.start({ settings: { objectLingerMs: 600_000 } });
      const random = seededRandom(seed);
      const relayDies = seed % 2 === 1;
      world.centre.leaseMs = 6_000;
      const detectors = kinds.flatMap((kind) => [
        new Mortal(world, `${kind}1`, kind),
        new Mortal(world, `${kind}2`, kind),
      ]);
      const taskIds: string[] = [];
      let lives = 1;
      for (let step = 0; step < steps; step += 1) {
        if (taskIds.length < tasks) {
          const bytes = Buffer.from(`object ${random.below(20)}`);
          taskIds.push(
            world.centre.submit({ bytes, kinds: kinds.map((kind) => ({ kind, count: 1 + random.below(2) })) }),
          );
        }
        const victim = detectors[random.below(detectors.length)];
        const chance = random.next();
        if (chance < 0.1) victim?.die();
        else if (chance < 0.15 && victim !== undefined) victim.hangs = true;
        else if (chance < 0.2) world.centre.unreachable = !world.centre.unreachable;
        else if (relayDies && chance < 0.22) {
          await world.kill(["tasks", "objects", "detectors"][random.below(3)] ?? "tasks");
          lives += 1;
        }
        for (const detector of detectors) await detector.turn(random);
        await world.kernel.advance(200 + random.below(1_500));
      }
      world.centre.unreachable = false;
      for (const detector of detectors) if (detector.hangs) detector.die();
      let left = Infinity;
      for (let turns = 0; turns < 100 && left > 0; turns += 1) {
        for (const detector of detectors) await detector.turn(random);
        await world.kernel.advance(1_000);
        left = world.centre.unanswered;
      }
      assert.equal(left, 0);
      for (const taskId of taskIds) {
        const names = world.centre.answersOf(taskId).map(({ detector }) => detector);
        // A relay does not know who has answered in an earlier life of it.
        if (!relayDies) assert.equal(new Set(names).size, names.length, `${taskId} was answered by ${names.join()}`);
      }
      for (const sha256 of new Set(world.centre.downloads)) {
        const times = world.centre.downloads.filter((one) => one === sha256).length;
        assert.ok(times <= lives, `${sha256} came ${times} times in ${lives} lives`);
      }
      await world.rest();
      const view = await world.view();
      assert.deepEqual([view.taskCounts.tasks, view.taskCounts.executions], [0, 0]);
      assert.ok(view.objects.every(({ needs }) => needs === 0));
      assert.deepEqual(await world.end(), []);
      assert.equal(world.centre.open, 0);
    });
  }
});
