import assert from "node:assert/strict";
import type { Address } from "../../../src/kernel/index.ts";
import { actor, gate } from "../../support/actors.ts";
import { onBothDispatchers, type TestKernel } from "../../support/kernel.ts";

type Child = "crash";

const tell = async (kernel: TestKernel, path: string, message: Child): Promise<void> => {
  (kernel.system.find(path) as Address<Child> | undefined)?.tell(message);
  await kernel.settle();
};

describe("children that restart together", () => {
  onBothDispatchers((start) => {
    it("tells every new life why the last one ended", async () => {
      const kernel = start();
      const reasons: (string | undefined)[] = [];
      const child = actor<Child>(
        () => {
          throw new Error("crash");
        },
        { initial: ({ lastFailure }) => void reasons.push(lastFailure?.message) },
      );
      const parent = actor<never>(() => undefined, {
        supervision: { strategy: "one-for-all", backoff: undefined },
        initial: (context) => {
          for (const name of ["a", "b"]) context.spawn(child, name);
          return undefined;
        },
      });
      kernel.system.spawn(parent, "parent");
      await kernel.settle();
      await tell(kernel, "/parent/a", "crash");
      assert.deepEqual(reasons, [undefined, undefined, "crash", "crash"]);
    });

    it("a group does not wait for a sibling that stops", async () => {
      const kernel = start();
      const slow = gate();
      const child = actor<Child>(
        () => {
          throw new Error("crash");
        },
        { stopped: (_state, { self }) => (self.path === "/parent/b" ? slow.opened : undefined) },
      );
      const parent = actor<"stop b">((_message, context) => void context.stop(b as Address<Child>), {
        supervision: { strategy: "one-for-all", backoff: undefined },
        initial: (context) => {
          context.spawn(child, "a");
          b = context.spawn(child, "b");
          return undefined;
        },
      });
      let b: Address<Child> | undefined;
      const address = kernel.system.spawn(parent, "parent");
      await kernel.settle();
      address.tell("stop b");
      await kernel.settle();
      await tell(kernel, "/parent/a", "crash");
      assert.deepEqual(
        kernel.system.tree().children[0]?.children.map(({ phase, restarts }) => [phase, restarts]),
        [
          ["running", 1],
          ["stopping", 0],
        ],
      );
      slow.open();
      await kernel.settle();
    });

    it("a later failure of a sibling moves the pause of all who wait", async () => {
      const kernel = start();
      const child = actor<Child>(() => {
        throw new Error("crash");
      });
      const parent = actor<"spawn">((_message, context) => void context.spawn(child, "late"), {
        supervision: { strategy: "one-for-all", backoff: { minMs: 100, maxMs: 100, factor: 1, jitter: 0 } },
        initial: (context) => void context.spawn(child, "early"),
      });
      const address = kernel.system.spawn(parent, "parent");
      await kernel.settle();
      await tell(kernel, "/parent/early", "crash");
      await kernel.advance(60);
      address.tell("spawn");
      await kernel.settle();
      await tell(kernel, "/parent/late", "crash");
      const restarts = (): (number | undefined)[] =>
        kernel.system.tree().children[0]?.children.map((view) => view.restarts) ?? [];
      await kernel.advance(99);
      assert.deepEqual(restarts(), [0, 0]);
      await kernel.advance(1);
      assert.deepEqual(restarts(), [1, 1]);
      assert.equal(kernel.clock.pending, 0);
    });
  });
});
