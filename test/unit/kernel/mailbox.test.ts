import assert from "node:assert/strict";
import type { Address, OverflowPolicy } from "../../../src/kernel/index.ts";
import { actor, gate } from "../../support/actors.ts";
import { onBothDispatchers } from "../../support/kernel.ts";

describe("mailbox", () => {
  onBothDispatchers((start) => {
    const cases: readonly (readonly [OverflowPolicy, number[], { rejected: number; dropped: number }, boolean])[] = [
      ["reject", [0, 1, 2], { rejected: 2, dropped: 0 }, false],
      ["drop-newest", [0, 1, 2], { rejected: 0, dropped: 2 }, false],
      ["drop-oldest", [0, 3, 4], { rejected: 0, dropped: 2 }, true],
    ];
    for (const [overflow, expected, counts, accepted] of cases) {
      it(`with ${overflow} keeps its bound and counts what it lost`, async () => {
        const kernel = start();
        const busy = gate();
        const seen: number[] = [];
        const address = kernel.system.spawn(
          actor<number>(
            async (message) => {
              seen.push(message);
              await busy.opened;
            },
            { mailbox: { capacity: 2, overflow } },
          ),
          "busy",
        );
        address.tell(0);
        await kernel.settle();
        const told = [1, 2, 3, 4].map((message) => address.tell(message));
        assert.deepEqual(told, [true, true, accepted, accepted]);
        assert.equal(kernel.system.tree().children[0]?.mailbox.waiting, 2);
        busy.open();
        await kernel.settle();
        assert.deepEqual(seen, expected);
        const { rejected } = kernel.system.deadLetters.counts;
        assert.deepEqual({ rejected, dropped: kernel.system.counters().dropped }, counts);
      });
    }

    it("is kept through a restart; the message that crashed is a dead letter", async () => {
      const kernel = start({ supervision: { backoff: undefined } });
      const seen: number[] = [];
      const address = kernel.system.spawn(
        actor<number>((message) => {
          if (message === 2) throw new Error("crash");
          seen.push(message);
        }),
        "fragile",
      );
      for (const message of [1, 2, 3]) address.tell(message);
      await kernel.settle();
      assert.deepEqual(seen, [1, 3]);
      assert.equal(kernel.system.deadLetters.counts.crashed, 1);
    });

    it("of a stopped actor becomes dead letters, and a new actor of the name gets nothing of it", async () => {
      const kernel = start();
      const old = kernel.system.spawn(
        actor<string>((_message, context) => context.stopSelf()),
        "name",
      );
      for (const message of ["stop", "one", "two"]) old.tell(message);
      await kernel.settle();
      const heard: string[] = [];
      const young: Address<string> = kernel.system.spawn(
        actor<string>((message) => void heard.push(message)),
        "name",
      );
      assert.equal(old.tell("three"), false);
      young.tell("hello");
      await kernel.settle();
      assert.deepEqual(heard, ["hello"]);
      assert.notEqual(young.incarnation, old.incarnation);
      assert.equal(kernel.system.deadLetters.counts.stopped, 3);
      const { sent, handled, deadLetters } = kernel.system.counters();
      assert.deepEqual({ sent, handled, deadLetters }, { sent: 5, handled: 2, deadLetters: 3 });
    });

    it("a flood of one actor does not hold up its timers", async () => {
      const kernel = start();
      const seen: string[] = [];
      const busy = gate();
      const address = kernel.system.spawn(
        actor<string>(
          async (message, { timers }) => {
            seen.push(message);
            if (message !== "first") return;
            timers.once("timer", 10, "timer");
            await busy.opened;
          },
          { mailbox: { capacity: 3 } },
        ),
        "busy",
      );
      address.tell("first");
      await kernel.settle();
      for (const message of ["a", "b", "c", "refused"]) address.tell(message);
      kernel.clock.advance(10);
      busy.open();
      await kernel.settle();
      assert.deepEqual(seen, ["first", "timer", "a", "b", "c"]);
    });
  });
});
