import assert from "node:assert/strict";
import {
  KernelError,
  type Context,
  type DispatcherName,
  type KernelErrorCode,
  type OverflowPolicy,
  type Strategy,
} from "../../../src/kernel/index.ts";
import { actor } from "../../support/actors.ts";
import { onBothDispatchers } from "../../support/kernel.ts";

type Order = (context: Context<Order>) => void;

const throws = (run: () => unknown, code: KernelErrorCode): void =>
  void assert.throws(run, (error: unknown) => error instanceof KernelError && error.code === code);

describe("the tree of actors", () => {
  onBothDispatchers((start) => {
    const obedient = actor<Order>((order, context) => order(context));

    it("refuses bad names, names in use, and children of a life that has ended", async () => {
      const kernel = start();
      const { system } = kernel;
      for (const name of ["", "a/b", "a b", "ä", "x".repeat(101)]) {
        throws(() => system.spawn(obedient, name), "name-invalid");
      }
      const address = system.spawn(obedient, "one");
      throws(() => system.spawn(obedient, "one"), "name-in-use");
      let old: Context<Order> | undefined;
      address.tell((context) => {
        old = context;
        context.spawn(obedient, "child");
      });
      await kernel.settle();
      system.kill("/one", "test");
      throws(() => old?.spawn(obedient, "late"), "stale-context");
      await kernel.complete(system.stop());
      throws(() => system.spawn(obedient, "two"), "parent-stopping");
    });

    it("keeps a name until the old actor is gone", async () => {
      const kernel = start();
      const address = kernel.system.spawn(obedient, "one");
      await kernel.settle();
      const stopped = kernel.system.stopActor(address);
      throws(() => kernel.system.spawn(obedient, "one"), "name-in-use");
      await kernel.complete(stopped);
      kernel.system.spawn(obedient, "one");
    });

    it("lets an actor stop its own children only", async () => {
      const kernel = start();
      const stranger = kernel.system.spawn(obedient, "stranger");
      const parent = kernel.system.spawn(obedient, "parent");
      const outcomes: unknown[] = [];
      parent.tell((context) => {
        const child = context.spawn(obedient, "child");
        context.stop(child).then(
          () => outcomes.push("stopped"),
          (error: unknown) => outcomes.push(error),
        );
        context.stop(stranger).catch((error: unknown) => outcomes.push((error as KernelError).code));
      });
      await kernel.settle();
      assert.deepEqual(outcomes.toSorted(), ["not-a-child", "stopped"]);
      assert.equal(kernel.system.find("/parent/child"), undefined);
    });

    it("shows every actor with its counters", async () => {
      const kernel = start();
      const parent = kernel.system.spawn(obedient, "parent");
      parent.tell((context) => void context.spawn(obedient, "child"));
      await kernel.settle();
      const [view] = kernel.system.tree().children;
      assert.deepEqual(
        { path: view?.path, phase: view?.phase, sent: view?.sent, handled: view?.handled },
        { path: "/parent", phase: "running", sent: 1, handled: 1 },
      );
      assert.deepEqual(
        view?.children.map(({ path }) => path),
        ["/parent/child"],
      );
    });

    it("refuses bounds outside their range", () => {
      const { system } = start();
      const extras = [
        { mailbox: { capacity: 0 } },
        { mailbox: { capacity: Number.POSITIVE_INFINITY } },
        { stopTimeoutMs: 0 },
        { mailbox: { overflow: "block" as OverflowPolicy } },
        { dispatcher: "fast" as DispatcherName },
        { supervision: { strategy: "all-for-one" as Strategy } },
        { supervision: { whenExhausted: "restart" as "stop" } },
        { supervision: { maxRestarts: -1 } },
        { supervision: { maxRestarts: Number.POSITIVE_INFINITY } },
        { supervision: { withinMs: 0 } },
        { supervision: { backoff: { minMs: 10, maxMs: 1, factor: 2, jitter: 0 } } },
        { supervision: { backoff: { minMs: 1, maxMs: 10, factor: 2, jitter: 2 } } },
      ];
      for (const extra of extras) {
        assert.throws(
          () =>
            system.spawn(
              actor(() => undefined, extra),
              "bad",
            ),
          RangeError,
          JSON.stringify(extra),
        );
      }
    });

    it("refuses a table of asks without a bound", () => {
      for (const maxOpenAsks of [0, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        assert.throws(() => start({ maxOpenAsks }), RangeError, String(maxOpenAsks));
      }
    });

    it("stopping the root's address stops the system", async () => {
      const kernel = start();
      const root = kernel.system.find("/");
      assert.ok(root !== undefined);
      await kernel.complete(kernel.system.stopActor(root));
      assert.deepEqual(await kernel.system.terminated, { reason: "stopped", abandoned: 0 });
    });
  });
});
