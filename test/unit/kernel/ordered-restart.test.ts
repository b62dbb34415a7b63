import assert from "node:assert/strict";
import type { Address } from "../../../src/kernel/index.ts";
import { actor, gate } from "../../support/actors.ts";
import { onBothDispatchers } from "../../support/kernel.ts";

describe("ActorSystem.restart", () => {
  onBothDispatchers((start) => {
    it("ends the life, children first, begins another one and keeps the mailbox", async () => {
      const kernel = start();
      const events: string[] = [];
      const slow = gate();
      const child = actor<never>(() => undefined, { stopped: () => void events.push("child stopped") });
      const parent = actor<string>(
        async (message) => {
          events.push(`got ${message}`);
          if (message === "one") await slow.opened;
        },
        {
          initial: (context) => {
            events.push(`begins after ${context.lastFailure?.message ?? "nothing"}`);
            context.spawn(child, "child");
            return undefined;
          },
          stopped: () => void events.push("stopped"),
        },
      );
      const address = kernel.system.spawn(parent, "parent");
      await kernel.settle();
      for (const message of ["one", "two"]) address.tell(message);
      await kernel.settle();
      assert.equal(kernel.system.restart("/parent"), true);
      await kernel.settle();
      assert.equal(events.at(-1), "got one", "it does not end under its running handler");
      slow.open();
      await kernel.settle();
      assert.deepEqual(events, [
        "begins after nothing",
        "got one",
        "child stopped",
        "stopped",
        "begins after nothing",
        "got two",
      ]);
      const [view] = kernel.system.tree().children;
      assert.deepEqual([view?.restarts, view?.failures, view?.phase], [1, 0, "running"]);
      assert.equal(kernel.system.deadLetters.total, 0);
    });

    it("takes nothing from the budget and forgets the failure before, with those that restart together", async () => {
      const kernel = start();
      let begun: string[] = [];
      const child = actor<"crash">(
        () => {
          throw new Error("crash");
        },
        { initial: ({ self, lastFailure }) => void begun.push(`${self.path} ${lastFailure?.message ?? "-"}`) },
      );
      const parent = actor<never>(() => undefined, {
        supervision: { strategy: "one-for-all", maxRestarts: 1, backoff: undefined, whenExhausted: "stop" },
        initial: (context) => {
          for (const name of ["a", "b"]) context.spawn(child, name);
          return undefined;
        },
      });
      kernel.system.spawn(parent, "parent");
      await kernel.settle();
      for (let count = 0; count < 5; count += 1) {
        begun = [];
        assert.equal(kernel.system.restart("/parent/a"), true);
        await kernel.settle();
        assert.deepEqual(begun, ["/parent/a -", "/parent/b -"]);
      }
      begun = [];
      const a = kernel.system.find("/parent/a") as Address<"crash"> | undefined;
      a?.tell("crash");
      await kernel.settle();
      assert.deepEqual(begun, ["/parent/a crash", "/parent/b crash"], "the budget was still whole");
      begun = [];
      assert.equal(kernel.system.restart("/parent/b"), true);
      await kernel.settle();
      assert.deepEqual(begun, ["/parent/a -", "/parent/b -"]);
      a?.tell("crash");
      await kernel.settle();
      assert.equal(kernel.system.find("/parent/a"), undefined, "the second failure is one too many");
    });

    for (const [strategy, together] of [
      ["one-for-one", ["b"]],
      ["rest-for-one", ["b", "c"]],
      ["one-for-all", ["a", "b", "c"]],
    ] as const) {
      it(`is one of those that the strategy names: ${strategy}`, async () => {
        const kernel = start();
        const lives: string[] = [];
        const child = actor<never>(() => undefined, {
          initial: ({ self }) => void lives.push(`${self.path.slice(-1)} begins`),
          stopped: (_, { self }) => void lives.push(`${self.path.slice(-1)} ends`),
        });
        const parent = actor<never>(() => undefined, {
          supervision: { strategy },
          initial: (context) => {
            for (const name of ["a", "b", "c"]) context.spawn(child, name);
            return undefined;
          },
        });
        kernel.system.spawn(parent, "parent");
        await kernel.settle();
        lives.length = 0;
        assert.equal(kernel.system.restart("/parent/b"), true);
        await kernel.settle();
        const ends = lives.slice(0, together.length);
        assert.deepEqual(
          ends.toSorted(),
          together.map((name) => `${name} ends`),
        );
        assert.deepEqual(
          lives.slice(together.length),
          together.map((name) => `${name} begins`),
        );
      });
    }

    it("does nothing to an actor that waits for its restart, and to those that are not there", async () => {
      const kernel = start();
      const child = actor<"crash">(() => {
        throw new Error("crash");
      });
      const parent = actor<never>(() => undefined, {
        supervision: { backoff: { minMs: 1_000, maxMs: 1_000, factor: 1, jitter: 0 } },
        initial: (context) => {
          context.spawn(child, "child");
          return undefined;
        },
      });
      kernel.system.spawn(parent, "parent");
      await kernel.settle();
      (kernel.system.find("/parent/child") as Address<"crash"> | undefined)?.tell("crash");
      await kernel.settle();
      assert.equal(kernel.system.restart("/parent/child"), true);
      await kernel.advance(999);
      const phase = (): string | undefined => kernel.system.tree().children[0]?.children[0]?.phase;
      assert.equal(phase(), "restarting", "the pause holds");
      await kernel.advance(1);
      assert.equal(phase(), "running");
      assert.equal(kernel.system.tree().children[0]?.children[0]?.restarts, 1);
      for (const path of ["/", "/nobody", "/parent/child/x", "parent", ""]) {
        assert.equal(kernel.system.restart(path), false, path);
      }
      const address = kernel.system.find("/parent");
      assert.ok(address);
      const stopping = kernel.system.stopActor(address);
      assert.equal(kernel.system.restart("/parent"), false);
      await kernel.complete(stopping);
    });
  });
});
