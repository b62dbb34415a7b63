import assert from "node:assert/strict";
import type { Address } from "../../../src/kernel/index.ts";
import { actor } from "../../support/actors.ts";
import { onBothDispatchers, type TestKernel } from "../../support/kernel.ts";

describe("dead letters", () => {
  onBothDispatchers((start) => {
    /** An address whose actor has stopped. */
    const dead = async (kernel: TestKernel): Promise<Address<unknown>> => {
      const address = kernel.system.spawn(
        actor<unknown>(() => undefined),
        "dead",
      );
      await kernel.complete(kernel.system.stopActor(address));
      return address;
    };

    it("keep the latest 1,000, oldest first, and count all", async () => {
      const kernel = start();
      const address = await dead(kernel);
      for (let at = 0; at < 1_500; at += 1) address.tell({ type: `message-${at}` });
      const latest = kernel.system.deadLetters.latest();
      assert.equal(latest.length, 1_000);
      assert.equal(latest[0]?.message, "message-500");
      assert.deepEqual(latest.at(-1), {
        path: "/dead",
        incarnation: address.incarnation,
        reason: "stopped",
        message: "message-1499",
        atMs: kernel.clock.wallMs(),
      });
      assert.deepEqual(kernel.system.deadLetters.latest(), latest);
      assert.equal(kernel.system.deadLetters.counts.stopped, 1_500);
    });

    it("name a message in a few letters, whatever it is", async () => {
      const kernel = start();
      const address = await dead(kernel);
      const unreadable = {
        get type(): string {
          throw new Error("a getter that fails");
        },
      };
      const messages = [
        7,
        undefined,
        new Map(),
        { constructor: { name: 5 } },
        { type: "x".repeat(10_000) },
        unreadable,
      ];
      for (const message of messages) address.tell(message);
      assert.deepEqual(
        kernel.system.deadLetters.latest().map(({ message }) => message),
        ["number", "undefined", "Map", "object", "x".repeat(100), "object"],
      );
    });

    it("are logged once a second, with how many there were", async () => {
      const kernel = start();
      const address = await dead(kernel);
      for (let at = 0; at < 5; at += 1) address.tell("late");
      await kernel.advance(1_000);
      address.tell("late");
      assert.deepEqual(
        kernel.log.of("dead letter").map(({ since }) => since),
        [1, 5],
      );
    });
  });
});
