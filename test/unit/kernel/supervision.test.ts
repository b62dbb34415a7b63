import assert from "node:assert/strict";
import { KernelError, type Address, type Decision, type Props, type Supervision } from "../../../src/kernel/index.ts";
import { actor, gate } from "../../support/actors.ts";
import { onBothDispatchers, type TestKernel } from "../../support/kernel.ts";

type Child = "crash" | "hello";

/** A parent with children a, b, c that note what they do in `seen`. */
const family = (
  kernel: TestKernel,
  supervision: Partial<Supervision>,
  seen: string[],
  initial: (name: string) => undefined | Promise<undefined> = () => undefined,
): void => {
  const child = (name: string): Props<undefined, Child> =>
    actor<Child>(
      (message) => {
        if (message === "crash") throw new Error(`${name} crashed`);
        seen.push(`${name} handled`);
      },
      {
        initial: () => {
          seen.push(`${name} begins`);
          return initial(name);
        },
        stopped: () => void seen.push(`${name} ends`),
      },
    );
  const parent = actor<never>(() => undefined, {
    supervision: { backoff: undefined, ...supervision },
    initial: (context) => {
      for (const name of ["a", "b", "c"]) context.spawn(child(name), name);
      return undefined;
    },
  });
  kernel.system.spawn(parent, "parent");
};

const tell = async (kernel: TestKernel, path: string, message: Child): Promise<void> => {
  (kernel.system.find(path) as { tell(message: Child): boolean } | undefined)?.tell(message);
  await kernel.settle();
};

const restartsOf = (kernel: TestKernel): Record<string, number> => {
  const [parent] = kernel.system.tree().children;
  return Object.fromEntries((parent?.children ?? []).map(({ path, restarts }) => [path.slice(-1), restarts]));
};

describe("supervision", () => {
  onBothDispatchers((start) => {
    const affected = {
      "one-for-one": { a: 0, b: 1, c: 0 },
      "one-for-all": { a: 1, b: 1, c: 1 },
      "rest-for-one": { a: 0, b: 1, c: 1 },
    } as const;
    for (const [strategy, restarts] of Object.entries(affected)) {
      it(`${strategy} restarts the right children`, async () => {
        const kernel = start();
        family(kernel, { strategy: strategy as keyof typeof affected }, []);
        await kernel.settle();
        await tell(kernel, "/parent/b", "crash");
        assert.deepEqual(restartsOf(kernel), restarts);
      });
    }

    it("a group ends wholly before it begins, and begins in the order of spawning", async () => {
      const kernel = start();
      const seen: string[] = [];
      family(kernel, { strategy: "one-for-all" }, seen);
      await kernel.settle();
      seen.length = 0;
      await tell(kernel, "/parent/c", "crash");
      assert.deepEqual(seen.slice(0, 3).toSorted(), ["a ends", "b ends", "c ends"]);
      assert.deepEqual(seen.slice(3), ["a begins", "b begins", "c begins"]);
    });

    it("a failure in initial while a group starts begins the group again, and nobody twice", async () => {
      const kernel = start();
      const seen: string[] = [];
      let armed = false;
      family(kernel, { strategy: "one-for-all" }, seen, (name) => {
        if (name === "b" && armed) {
          armed = false;
          throw new Error("b cannot begin");
        }
        return undefined;
      });
      await kernel.settle();
      seen.length = 0;
      armed = true;
      await tell(kernel, "/parent/a", "crash");
      const begun = seen.filter((line) => line.endsWith("begins"));
      assert.deepEqual(begun, ["a begins", "b begins", "a begins", "b begins", "c begins"]);
      assert.deepEqual(restartsOf(kernel), { a: 2, b: 2, c: 1 });
    });

    it("a sibling that crashes while a group starts takes over all that wait", async () => {
      const kernel = start();
      const seen: string[] = [];
      const slow = gate();
      family(kernel, { strategy: "one-for-all" }, seen, async (name) => {
        if (name === "b" && seen.filter((line) => line === "b begins").length === 2) await slow.opened;
        return undefined;
      });
      await kernel.settle();
      await tell(kernel, "/parent/a", "crash");
      await tell(kernel, "/parent/a", "crash");
      slow.open();
      await kernel.settle();
      await tell(kernel, "/parent/c", "hello");
      assert.deepEqual(restartsOf(kernel), { a: 2, b: 2, c: 1 });
      assert.equal(seen.at(-1), "c handled");
    });

    it("counts the budget in a sliding window and then stops the child", async () => {
      const kernel = start();
      family(kernel, { maxRestarts: 2, withinMs: 1_000, whenExhausted: "stop" }, []);
      await kernel.settle();
      await tell(kernel, "/parent/a", "crash");
      await kernel.advance(600);
      await tell(kernel, "/parent/a", "crash");
      await kernel.advance(600);
      await tell(kernel, "/parent/a", "crash");
      assert.equal(restartsOf(kernel)["a"], 3);
      await tell(kernel, "/parent/a", "crash");
      assert.equal(kernel.system.find("/parent/a"), undefined);
    });

    it("charges a restart when it happens, so that a pause lets no two windows overlap", async () => {
      const kernel = start();
      const backoff = { minMs: 900, maxMs: 900, factor: 1, jitter: 0 };
      family(kernel, { maxRestarts: 1, withinMs: 1_000, whenExhausted: "stop", backoff }, []);
      await kernel.settle();
      await tell(kernel, "/parent/a", "crash");
      await kernel.advance(1_001);
      assert.equal(restartsOf(kernel)["a"], 1);
      await tell(kernel, "/parent/a", "crash");
      assert.equal(kernel.system.find("/parent/a"), undefined);
    });

    it("pauses longer before each further restart, up to the limit", async () => {
      const kernel = start();
      family(kernel, { backoff: { minMs: 100, maxMs: 300, factor: 2, jitter: 0 } }, []);
      await kernel.settle();
      for (let crashes = 0; crashes < 4; crashes += 1) {
        await tell(kernel, "/parent/a", "crash");
        await kernel.advance(300);
      }
      const delays = kernel.log.of("an actor failed").map(({ delayMs }) => delayMs);
      assert.deepEqual(delays, [100, 200, 300, 300]);
    });

    it("resumes all who wait for a decision far above", async () => {
      const kernel = start({ supervision: { decide: () => "resume" } });
      let handled = 0;
      const leaf = actor<Child>((message) => {
        if (message === "crash") throw new Error("crash");
        handled += 1;
      });
      const middle = actor<never>(() => undefined, {
        supervision: { decide: () => "escalate" },
        initial: (context) => void context.spawn(leaf, "leaf"),
      });
      const top = actor<never>(() => undefined, {
        supervision: { decide: () => "escalate" },
        initial: (context) => void context.spawn(middle, "middle"),
      });
      kernel.system.spawn(top, "top");
      await kernel.settle();
      await tell(kernel, "/top/middle/leaf", "crash");
      await tell(kernel, "/top/middle/leaf", "hello");
      assert.equal(handled, 1);
      assert.equal(kernel.system.counters().restarts, 0);
    });

    it("lets a child whose failure was escalated handle nothing before the decision is carried out", async () => {
      const kernel = start({ supervision: { backoff: undefined } });
      const seen: string[] = [];
      family(kernel, { decide: () => "escalate" }, seen);
      await kernel.settle();
      const address = kernel.system.find("/parent/a") as Address<Child>;
      address.tell("crash");
      address.tell("hello");
      await kernel.settle();
      assert.ok(!seen.includes("a handled"), seen.join(", "));
      const { stopped, crashed } = kernel.system.deadLetters.counts;
      assert.deepEqual([stopped, crashed, kernel.system.deadLetters.total], [1, 1, 2]);
      const [parent] = kernel.system.tree().children;
      assert.deepEqual([parent?.restarts, parent?.failures], [1, 1]);
    });

    it("begins a child again that had failed in initial when its escalated failure is answered with resume", async () => {
      const kernel = start({ supervision: { decide: () => "resume" } });
      const seen: string[] = [];
      let begun = 0;
      const decide = (error: Error): Decision => (error.message === "a cannot begin" ? "escalate" : "restart");
      family(kernel, { decide }, seen, (name) => {
        if (name !== "a") return undefined;
        begun += 1;
        if (begun === 1) throw new Error("a cannot begin");
        return undefined;
      });
      await kernel.settle();
      await tell(kernel, "/parent/a", "hello");
      assert.deepEqual([begun, seen.includes("a handled")], [2, true]);
    });

    it("stops a child that can neither resume nor restart", async () => {
      const kernel = start({ supervision: { decide: () => "resume" } });
      const broken = actor<never>(() => undefined, {
        initial: () => {
          throw new Error("never begins");
        },
      });
      const sibling = actor<Child>(() => {
        throw new Error("crash");
      });
      const parent = actor<never>(() => undefined, {
        supervision: { strategy: "one-for-all", maxRestarts: 1, withinMs: 60_000, backoff: undefined },
        initial: (context) => {
          context.spawn(sibling, "sibling");
          context.spawn(broken, "broken");
          return undefined;
        },
      });
      kernel.system.spawn(parent, "parent");
      await kernel.settle();
      assert.equal(kernel.system.find("/parent/broken"), undefined);
      assert.notEqual(kernel.system.find("/parent/sibling"), undefined);
    });

    it("a decider that throws escalates with both errors, and the root stops the node", async () => {
      const kernel = start({
        supervision: {
          decide: () => {
            throw new Error("no decision");
          },
        },
      });
      const address = kernel.system.spawn(
        actor<Child>(() => {
          throw new Error("crash");
        }),
        "fragile",
      );
      address.tell("crash");
      await kernel.settle();
      const end = await kernel.complete(kernel.system.terminated);
      assert.ok(end.reason === "failed");
      assert.ok(end.error instanceof KernelError);
      assert.equal(end.error.code, "escalated");
      const { errors } = end.error.cause as AggregateError;
      assert.deepEqual(
        errors.map((error: Error) => error.message),
        ["crash", "no decision"],
      );
      assert.equal(kernel.log.lines.filter(({ level }) => level === 60).length, 1);
    });

    it("logs a repeated failure without its stack, another one with it", async () => {
      const kernel = start({ supervision: { backoff: undefined } });
      const address = kernel.system.spawn(
        actor<string>((message) => {
          throw new Error(message);
        }),
        "fragile",
      );
      for (const message of ["one", "one", "two"]) address.tell(message);
      await kernel.settle();
      const lines = kernel.log.of("an actor failed");
      assert.deepEqual(
        lines.map(({ err, cause, restarts, path }) => [err !== undefined, cause, restarts, path]),
        [
          [true, undefined, 1, "/fragile"],
          [false, "Error: one", 2, "/fragile"],
          [true, undefined, 3, "/fragile"],
        ],
      );
    });

    it("a decision that is none escalates", async () => {
      const kernel = start({ supervision: { decide: () => "retry" as Decision } });
      const address = kernel.system.spawn(
        actor<Child>(() => {
          throw new Error("crash");
        }),
        "fragile",
      );
      address.tell("crash");
      await kernel.settle();
      const end = await kernel.complete(kernel.system.terminated);
      assert.ok(end.reason === "failed");
      assert.ok(end.error instanceof KernelError && end.error.code === "escalated");
    });

    it("varies the pause by the jitter, and not by more", async () => {
      const kernel = start();
      const backoff = { minMs: 100, maxMs: 100, factor: 1, jitter: 0.5 };
      family(kernel, { maxRestarts: 100, backoff }, []);
      await kernel.settle();
      for (let crashes = 0; crashes < 30; crashes += 1) {
        await tell(kernel, "/parent/a", "crash");
        await kernel.advance(150);
      }
      const delays = kernel.log.of("an actor failed").map(({ delayMs }) => delayMs as number);
      assert.equal(delays.length, 30);
      assert.ok(Math.min(...delays) >= 50 && Math.max(...delays) <= 150, delays.join(" "));
      assert.ok(Math.max(...delays) - Math.min(...delays) > 50, delays.join(" "));
    });
  });
});
