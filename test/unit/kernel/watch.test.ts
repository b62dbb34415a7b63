import assert from "node:assert/strict";
import type { Address, Context } from "../../../src/kernel/index.ts";
import { actor } from "../../support/actors.ts";
import { onBothDispatchers, type TestKernel } from "../../support/kernel.ts";

type Order = (context: Context<WatcherMessage>) => void;
type WatcherMessage = Order | string;

describe("watch", () => {
  onBothDispatchers((start) => {
    /** A watcher that does what it is told and notes every other message. */
    const watcher = (kernel: TestKernel, heard: string[], capacity = 100): Address<WatcherMessage> =>
      kernel.system.spawn(
        actor<WatcherMessage>(
          (message, context) => {
            if (typeof message === "string") heard.push(message);
            else message(context);
          },
          { mailbox: { capacity, overflow: "drop-newest" } },
        ),
        "watcher",
      );
    const target = (kernel: TestKernel, name = "target"): Address<"crash"> =>
      kernel.system.spawn(
        actor<"crash">(() => {
          throw new Error("crash");
        }),
        name,
      );
    const stop = (kernel: TestKernel, address: Address<never>): Promise<void> =>
      kernel.complete(kernel.system.stopActor(address));

    it("tells the end once, after what the target had sent, also through a full mailbox", async () => {
      const kernel = start();
      const heard: string[] = [];
      const watching = watcher(kernel, heard, 2);
      const chatty = kernel.system.spawn(
        actor<"talk">(() => undefined, {
          stopped: () => {
            for (const word of ["one", "two", "three"]) watching.tell(word);
          },
        }),
        "chatty",
      );
      watching.tell((context) => context.watch(chatty, "gone"));
      await kernel.settle();
      await stop(kernel, chatty);
      assert.deepEqual(heard, ["one", "two", "gone"]);
    });

    it("tells at once of a target that has stopped already, each time it is watched again", async () => {
      const kernel = start();
      const heard: string[] = [];
      const watching = watcher(kernel, heard);
      const dead = target(kernel);
      await stop(kernel, dead);
      watching.tell((context) => context.watch(dead, "first"));
      await kernel.settle();
      watching.tell((context) => context.watch(dead, "second"));
      await kernel.settle();
      assert.deepEqual(heard, ["first", "second"]);
    });

    it("watching again before the end replaces the message", async () => {
      const kernel = start();
      const heard: string[] = [];
      const watching = watcher(kernel, heard);
      const short = target(kernel);
      watching.tell((context) => {
        context.watch(short, "first");
        context.watch(short, "second");
      });
      await kernel.settle();
      await stop(kernel, short);
      assert.deepEqual(heard, ["second"]);
    });

    it("unwatch holds even when the target has stopped meanwhile", async () => {
      const kernel = start();
      const heard: string[] = [];
      const watching = watcher(kernel, heard);
      const dead = target(kernel);
      await stop(kernel, dead);
      watching.tell((context) => {
        context.watch(dead, "gone");
        context.unwatch(dead);
      });
      await kernel.settle();
      assert.deepEqual(heard, []);
    });

    it("a handler of an earlier life cannot withdraw the watch of the new one", async () => {
      const kernel = start({ supervision: { backoff: undefined } });
      const heard: string[] = [];
      const watching = watcher(kernel, heard);
      const watched = target(kernel);
      let old: Context<WatcherMessage> | undefined;
      watching.tell((context) => void (old = context));
      await kernel.settle();
      kernel.system.kill("/watcher", "test");
      watching.tell((context) => context.watch(watched, "gone"));
      await kernel.settle();
      old?.unwatch(watched);
      await stop(kernel, watched);
      assert.deepEqual(heard, ["gone"]);
    });

    it("a restart of the target is no end; a restart of the watcher ends its watches", async () => {
      const kernel = start({ supervision: { backoff: undefined } });
      const heard: string[] = [];
      const watching = watcher(kernel, heard);
      const first = target(kernel, "first");
      const second = target(kernel, "second");
      watching.tell((context) => {
        context.watch(first, "first gone");
        context.watch(second, "second gone");
      });
      await kernel.settle();
      first.tell("crash");
      await kernel.settle();
      assert.deepEqual(heard, []);
      await stop(kernel, first);
      kernel.system.kill("/watcher", "test");
      await kernel.settle();
      await stop(kernel, second);
      assert.deepEqual(heard, ["first gone"]);
    });
  });
});
