import assert from "node:assert/strict";
import type { Context, KernelError } from "../../../src/kernel/index.ts";
import { actor, gate } from "../../support/actors.ts";
import { onBothDispatchers } from "../../support/kernel.ts";

describe("stop", () => {
  onBothDispatchers((start) => {
    it("ends children before their parent, and waits for a running handler", async () => {
      const kernel = start();
      const seen: string[] = [];
      const busy = gate();
      const leaf = actor<"work">(
        async () => {
          await busy.opened;
          seen.push("work done");
        },
        { stopped: () => void seen.push("leaf stopped") },
      );
      const parent = actor<never>(() => undefined, {
        initial: (context) => void context.spawn(leaf, "leaf").tell("work"),
        stopped: () => void seen.push("parent stopped"),
      });
      kernel.system.spawn(parent, "parent");
      await kernel.settle();
      const stopped = kernel.system.stop();
      await kernel.settle();
      assert.deepEqual(seen, []);
      busy.open();
      await kernel.complete(stopped);
      assert.deepEqual(seen, ["work done", "leaf stopped", "parent stopped"]);
      assert.equal(kernel.system.counters().actors, 0);
    });

    it("while initial is pending runs stopped once initial has settled", async () => {
      const kernel = start();
      const seen: string[] = [];
      const slow = gate();
      const address = kernel.system.spawn(
        actor<"hello">(() => void seen.push("handled"), {
          initial: async () => {
            await slow.opened;
            seen.push("initial");
            return undefined;
          },
          stopped: () => void seen.push("stopped"),
        }),
        "slow",
      );
      address.tell("hello");
      await kernel.settle();
      const stopped = kernel.system.stopActor(address);
      slow.open();
      await kernel.complete(stopped);
      assert.deepEqual(seen, ["initial", "stopped"]);
      assert.equal(kernel.system.deadLetters.counts.stopped, 1);
    });

    it("in the pause before a restart ends at once and leaves no timer behind", async () => {
      const kernel = start({ supervision: { backoff: { minMs: 5_000, maxMs: 5_000, factor: 1, jitter: 0 } } });
      let lives = 0;
      const fragile = actor<"crash">(
        () => {
          throw new Error("crash");
        },
        { initial: () => void (lives += 1) },
      );
      const address = kernel.system.spawn(fragile, "fragile");
      address.tell("crash");
      await kernel.settle();
      assert.equal(kernel.clock.pending, 1);
      const stopped = kernel.system.stopActor(address);
      await kernel.settle();
      await stopped;
      assert.equal(kernel.clock.pending, 0);
      assert.equal(lives, 1);
    });

    it("gives up a handler after the stop timeout, says so, and shuts its context", async () => {
      const kernel = start();
      const hanging = gate();
      let late: Context<"hang"> | undefined;
      const address = kernel.system.spawn(
        actor<"hang">(
          async (_message, context) => {
            late = context;
            await hanging.opened;
          },
          { stopTimeoutMs: 100 },
        ),
        "hanging",
      );
      const answer = assert.rejects(
        address.ask<never>(() => "hang", 60_000),
        (error: KernelError) => error.code === "handler-failed",
      );
      await kernel.settle();
      const stopped = kernel.system.stopActor(address);
      await kernel.advance(99);
      assert.notEqual(kernel.system.find("/hanging"), undefined);
      await kernel.advance(1);
      await stopped;
      await answer;
      assert.equal(kernel.system.counters().abandoned, 1);
      assert.equal(kernel.system.deadLetters.counts.abandoned, 1);
      assert.equal(kernel.log.of("a handler did not end in time and was abandoned").length, 1);
      assert.throws(
        () => late?.timers.once("late", 1, "hang"),
        (error: KernelError) => error.code === "stale-context",
      );
      hanging.fail(new Error("too late"));
      await kernel.settle();
      assert.equal(kernel.log.of("an abandoned handler failed").length, 1);
    });

    it("a handler of an earlier life that calls stopSelf does not stop the new one", async () => {
      const kernel = start({ supervision: { backoff: undefined } });
      const hanging = gate();
      const address = kernel.system.spawn(
        actor<"hang" | "hello">(
          async (message, context) => {
            if (message === "hello") return;
            await hanging.opened;
            context.stopSelf();
          },
          { stopTimeoutMs: 10 },
        ),
        "hanging",
      );
      address.tell("hang");
      await kernel.settle();
      kernel.system.kill("/hanging", "test");
      await kernel.advance(10);
      hanging.open();
      await kernel.settle();
      assert.equal(address.tell("hello"), true);
      await kernel.settle();
      assert.equal(kernel.system.counters().handled, 1);
    });

    it("survives a stopped that throws or rejects", async () => {
      const kernel = start();
      const failing = actor<never>(() => undefined, {
        stopped: () => {
          throw new Error("stopped failed");
        },
      });
      const rejecting = actor<never>(() => undefined, { stopped: () => Promise.reject(new Error("stopped failed")) });
      kernel.system.spawn(failing, "failing");
      kernel.system.spawn(rejecting, "rejecting");
      await kernel.settle();
      const end = await kernel.complete(kernel.system.stop());
      assert.equal(end.reason, "stopped");
      assert.equal(kernel.log.of("the stopped function of an actor failed").length, 2);
    });

    it("fires the signal as soon as the stop is asked for", async () => {
      const kernel = start();
      let signal: AbortSignal | undefined;
      const address = kernel.system.spawn(
        actor<"wait">(async (_message, context) => {
          signal = context.signal;
          await new Promise<void>((resolve) => context.signal.addEventListener("abort", () => resolve()));
        }),
        "waiting",
      );
      address.tell("wait");
      await kernel.settle();
      assert.equal(signal?.aborted, false);
      await kernel.complete(kernel.system.stopActor(address), 0);
      assert.equal(signal?.aborted, true);
      assert.equal(kernel.system.counters().abandoned, 0);
    });

    it("has fired the signal for whoever looks at it only afterwards", async () => {
      const kernel = start();
      let aborted: boolean | undefined;
      const address = kernel.system.spawn(
        actor<never>(() => undefined, { stopped: (_state, { signal }) => void (aborted = signal.aborted) }),
        "late",
      );
      await kernel.settle();
      await kernel.complete(kernel.system.stopActor(address));
      assert.equal(aborted, true);
    });

    it("of the whole system answers every caller with the same end", async () => {
      const kernel = start();
      kernel.system.spawn(
        actor(() => undefined),
        "one",
      );
      const ends = [kernel.system.stop(), kernel.system.stop(), kernel.system.terminated];
      const results = await kernel.complete(Promise.all(ends));
      assert.deepEqual(results, Array(3).fill({ reason: "stopped", abandoned: 0 }));
      assert.throws(
        () =>
          kernel.system.spawn(
            actor(() => undefined),
            "two",
          ),
        (error: KernelError) => error.code === "parent-stopping",
      );
    });
  });
});
