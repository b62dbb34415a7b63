import assert from "node:assert/strict";
import { KernelError, type KernelErrorCode, type ReplyTo } from "../../../src/kernel/index.ts";
import { actor, gate } from "../../support/actors.ts";
import { onBothDispatchers } from "../../support/kernel.ts";

interface Get {
  readonly how: "answer" | "keep" | "crash" | "fail";
  readonly replyTo: ReplyTo<number>;
}

const rejects = (asked: Promise<unknown>, code: KernelErrorCode): Promise<void> =>
  assert.rejects(asked, (error: unknown) => error instanceof KernelError && error.code === code);

describe("ask", () => {
  onBothDispatchers((start) => {
    const server = (kept: ReplyTo<number>[] = []) =>
      actor<Get>(({ how, replyTo }) => {
        switch (how) {
          case "answer":
            replyTo.tell(7);
            return;
          case "keep":
            kept.push(replyTo);
            return;
          case "crash":
            throw new Error("crash");
          case "fail":
            replyTo.fail(new RangeError("no such thing"));
        }
      });
    const get =
      (how: Get["how"]) =>
      (replyTo: ReplyTo<number>): Get => ({ how, replyTo });

    it("gives the answer, or the failure it was answered with", async () => {
      const kernel = start();
      const address = kernel.system.spawn(server(), "server");
      assert.equal(await kernel.complete(address.ask(get("answer"), 100)), 7);
      await assert.rejects(kernel.complete(address.ask(get("fail"), 100)), RangeError);
      assert.equal(kernel.system.counters().openAsks, 0);
    });

    it("times out within a tick, and a later answer is for nobody", async () => {
      const kernel = start();
      const kept: ReplyTo<number>[] = [];
      const address = kernel.system.spawn(server(kept), "server");
      const asked = rejects(address.ask(get("keep"), 100), "ask-timeout");
      await kernel.advance(40);
      assert.equal(kept[0]?.remainingMs(), 60);
      await kernel.advance(59);
      assert.equal(kernel.system.counters().openAsks, 1);
      await kernel.advance(9);
      await asked;
      assert.equal(kept[0]?.remainingMs(), 0);
      assert.equal(kept[0]?.tell(1), false);
    });

    it("can be given up, and whoever was to answer is told", async () => {
      const kernel = start();
      const kept: ReplyTo<number>[] = [];
      const address = kernel.system.spawn(server(kept), "server");
      const giveUp = new AbortController();
      const asked = rejects(address.ask(get("keep"), 100, giveUp.signal), "ask-cancelled");
      await kernel.settle();
      assert.equal(kept[0]?.signal.aborted, false);
      giveUp.abort();
      await asked;
      assert.equal(kept[0].signal.aborted, true);
      assert.equal(kept[0].tell(1), false);
      assert.equal(kernel.system.counters().openAsks, 0);
      await rejects(address.ask(get("answer"), 100, giveUp.signal), "ask-cancelled");
      assert.equal(kernel.system.counters().sent, 1);
    });

    it("tells whoever was to answer that it is over, also when that is asked about only later", async () => {
      const kernel = start();
      const kept: ReplyTo<number>[] = [];
      const address = kernel.system.spawn(server(kept), "server");
      const asked = address.ask(get("keep"), 100);
      await kernel.settle();
      kept[0]?.tell(3);
      assert.equal(await kernel.complete(asked), 3);
      assert.equal(kept[0]?.signal.aborted, true);
    });

    it("keeps deadlines apart that lie a whole turn of the wheel apart", async () => {
      const kernel = start();
      const address = kernel.system.spawn(server(), "server");
      const late = rejects(address.ask(get("keep"), 8 * 512 + 40), "ask-timeout");
      const early = rejects(address.ask(get("keep"), 40), "ask-timeout");
      await kernel.advance(48);
      await early;
      assert.equal(kernel.system.counters().openAsks, 1);
      await kernel.advance(8 * 512);
      await late;
    });

    it("with a deadline that has passed rejects without sending", async () => {
      const kernel = start();
      const address = kernel.system.spawn(server(), "server");
      await rejects(address.ask(get("answer"), 0), "ask-timeout");
      await assert.rejects(address.ask(get("answer"), Number.NaN), RangeError);
      await assert.rejects(address.ask(get("answer"), Number.POSITIVE_INFINITY), RangeError);
      assert.equal(kernel.system.counters().sent, 0);
    });

    it("fails at once when the target crashes on it, has stopped, stops, or restarts before it answered", async () => {
      const kernel = start({ supervision: { backoff: { minMs: 5_000, maxMs: 5_000, factor: 1, jitter: 0 } } });
      const address = kernel.system.spawn(server(), "server");
      const kept = rejects(address.ask(get("keep"), 60_000), "handler-failed");
      await kernel.settle();
      const crashed = rejects(address.ask(get("crash"), 60_000), "handler-failed");
      await kernel.settle();
      await Promise.all([kept, crashed]); // Not only when the pause is over.
      const stopping = rejects(address.ask(get("keep"), 60_000), "actor-stopped");
      await kernel.complete(kernel.system.stopActor(address), 0);
      await stopping;
      await rejects(address.ask(get("answer"), 60_000), "actor-stopped");
    });

    it("that waits in the mailbox outlives a restart", async () => {
      const kernel = start({ supervision: { backoff: undefined } });
      const address = kernel.system.spawn(server(), "server");
      const crashed = rejects(address.ask(get("crash"), 60_000), "handler-failed");
      const waiting = address.ask<number>(get("answer"), 60_000);
      await kernel.settle();
      await crashed;
      assert.equal(await waiting, 7);
    });

    it("of an actor to itself in one handler ends at the deadline", async () => {
      const kernel = start({ supervision: { decide: () => "stop" } });
      const done = gate();
      const address = kernel.system.spawn(
        actor<Get>(async (_message, { self }) => {
          try {
            await self.ask(get("answer"), 50);
          } catch (error) {
            done.fail(error as Error);
          }
        }),
        "server",
      );
      const first = address.ask(get("answer"), 1_000).catch(() => undefined);
      await rejects(kernel.complete(done.opened), "ask-timeout");
      await kernel.complete(kernel.system.stop());
      await first;
    });

    it("is refused by a full mailbox, dropped or not", async () => {
      for (const overflow of ["reject", "drop-newest", "drop-oldest"] as const) {
        const kernel = start();
        const busy = gate();
        const address = kernel.system.spawn(
          actor<Get>(
            async ({ replyTo }) => {
              await busy.opened;
              replyTo.tell(1);
            },
            { mailbox: { capacity: 1, overflow } },
          ),
          "server",
        );
        const running = address.ask(get("answer"), 1_000);
        await kernel.settle();
        const waiting = address.ask(get("answer"), 1_000);
        const last = address.ask(get("answer"), 1_000);
        const [refused, answered] = overflow === "drop-oldest" ? [waiting, last] : [last, waiting];
        await rejects(refused, "mailbox-full");
        busy.open();
        assert.deepEqual(await kernel.complete(Promise.all([running, answered])), [1, 1]);
      }
    });

    it("is refused when the node has too many", async () => {
      const kernel = start({ maxOpenAsks: 2 });
      const address = kernel.system.spawn(server(), "server");
      const open = [address.ask(get("keep"), 100), address.ask(get("keep"), 100)].map((asked) =>
        rejects(asked, "ask-timeout"),
      );
      await rejects(address.ask(get("answer"), 100), "too-many-asks");
      await kernel.advance(110);
      await Promise.all(open);
    });

    it("hands its way to answer on like any other message", async () => {
      const kernel = start();
      const worker = kernel.system.spawn(
        actor<ReplyTo<number>>((replyTo) => void replyTo.tell(42)),
        "worker",
      );
      const front = kernel.system.spawn(
        actor<Get>(({ replyTo }) => void worker.tell(replyTo)),
        "front",
      );
      assert.equal(await kernel.complete(front.ask(get("answer"), 100)), 42);
    });
  });
});
