import assert from "node:assert/strict";
import type { Address, Context, KernelError } from "../../../src/kernel/index.ts";
import { actor } from "../../support/actors.ts";
import { onBothDispatchers, type TestKernel } from "../../support/kernel.ts";

type Message = string | ((context: Context<Message>) => void | Promise<void>);

describe("timers", () => {
  onBothDispatchers((start) => {
    const spawn = (kernel: TestKernel, heard: string[]) =>
      kernel.system.spawn(
        actor<Message>((message, context) => {
          if (typeof message !== "string") return message(context);
          heard.push(message);
        }),
        "timed",
      );

    it("fire once or periodically, can be replaced and cancelled", async () => {
      const kernel = start();
      const heard: string[] = [];
      spawn(kernel, heard).tell(({ timers }) => {
        timers.once("once", 15, "once");
        timers.every("every", 10, "every");
        timers.once("replaced", 5, "old");
        timers.once("replaced", 25, "new");
        timers.once("cancelled", 5, "never");
        timers.cancel("cancelled");
      });
      await kernel.advance(30);
      assert.deepEqual(heard, ["every", "once", "every", "new", "every"]);
    });

    it("a cancel also takes back what has fired and waits; a period adds no second message", async () => {
      const kernel = start();
      const heard: string[] = [];
      spawn(kernel, heard).tell(async ({ timers, clock }) => {
        timers.once("cancelled", 10, "never");
        timers.every("every", 10, "every");
        await new Promise<void>((resolve) => void clock.after(55, resolve));
        timers.cancel("cancelled");
      });
      await kernel.advance(55);
      assert.deepEqual(heard, ["every"]);
    });

    it("end with the life that set them", async () => {
      const kernel = start({ supervision: { backoff: undefined } });
      const heard: string[] = [];
      spawn(kernel, heard).tell(({ timers }) => timers.every("every", 10, "every"));
      await kernel.advance(10);
      kernel.system.kill("/timed", "test");
      await kernel.advance(100);
      assert.deepEqual(heard, ["every"]);
      assert.equal(kernel.clock.pending, 0);
    });

    it("are bounded for each actor; one that is replaced takes no further room", async () => {
      const kernel = start();
      const refused: unknown[] = [];
      spawn(kernel, []).tell(({ timers }) => {
        for (let key = 0; key < 10_000; key += 1) timers.once(`${key}`, 10, "alarm");
        timers.once("0", 20, "replaced");
        try {
          timers.once("one too many", 10, "alarm");
        } catch (error) {
          refused.push(error);
        }
      });
      await kernel.settle();
      assert.deepEqual(
        refused.map((error) => (error as KernelError).code),
        ["too-many-timers"],
      );
      assert.equal(kernel.clock.pending, 10_000);
      await kernel.advance(20);
      const address = kernel.system.find("/timed") as Address<Message>;
      address.tell(({ timers }) => timers.once("room again", 10, "alarm"));
      await kernel.settle();
      assert.deepEqual([kernel.clock.pending, kernel.system.counters().failures], [1, 0]);
    });

    it("refuse times that no timer can keep", async () => {
      const kernel = start();
      const refused: unknown[] = [];
      spawn(kernel, []).tell(({ timers }) => {
        for (const set of [
          () => timers.once("a", Number.NaN, "a"),
          () => timers.once("a", -1, "a"),
          () => timers.once("a", 2 ** 31, "a"),
          () => timers.every("a", 0, "a"),
        ]) {
          try {
            set();
          } catch (error) {
            refused.push(error);
          }
        }
      });
      await kernel.settle();
      assert.equal(refused.filter((error) => error instanceof RangeError).length, 4);
    });
  });
});
