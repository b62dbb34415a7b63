import assert from "node:assert/strict";
import type {
  Address,
  Context,
  KernelErrorCode,
  OpenAsk,
  RemoteCell,
  RemotePort,
  ReplyTo,
} from "../../../src/kernel/index.ts";
import { KernelError } from "../../../src/kernel/index.ts";
import { actor } from "../../support/actors.ts";
import { onBothDispatchers, type TestKernel } from "../../support/kernel.ts";

type Order = (context: Context<WatcherMessage>) => void;
type WatcherMessage = Order | string;

interface Question {
  readonly replyTo: ReplyTo<number>;
}

/** Notes what leaves the node, in the order in which it does. */
class NotingPort implements RemotePort {
  readonly left: string[] = [];
  readonly cells = new Set<RemoteCell>();
  readonly asks: OpenAsk[] = [];

  tell(cell: RemoteCell, message: unknown): boolean {
    this.#note(cell, `tell ${String(message)}`);
    return message !== "too much";
  }

  ask(cell: RemoteCell, _message: unknown, ask: OpenAsk): void {
    this.#note(cell, "ask");
    this.asks.push(ask);
  }

  watch(cell: RemoteCell): void {
    this.#note(cell, "watch");
  }

  unwatch(cell: RemoteCell): void {
    this.#note(cell, "unwatch");
  }

  stop(cell: RemoteCell): Promise<void> {
    this.#note(cell, "stop");
    return Promise.resolve();
  }

  get cell(): RemoteCell {
    const [cell] = this.cells;
    if (cell === undefined) throw new Error("nothing has left the node");
    return cell;
  }

  #note(cell: RemoteCell, what: string): void {
    this.cells.add(cell);
    this.left.push(what);
  }
}

const rejects = (asked: Promise<unknown>, code: KernelErrorCode): Promise<void> =>
  assert.rejects(asked, (error: unknown) => error instanceof KernelError && error.code === code);

describe("an actor of another node", () => {
  onBothDispatchers((start) => {
    const remote = <Message>(kernel: TestKernel, port: RemotePort, incarnation = 7): Address<Message> =>
      kernel.system.remoteAddress<Message>(port, { node: "other", path: "/there", incarnation });

    const watcher = (kernel: TestKernel, heard: string[], name = "watcher"): Address<WatcherMessage> =>
      kernel.system.spawn(
        actor<WatcherMessage>((message, context) => {
          if (typeof message === "string") heard.push(message);
          else message(context);
        }),
        name,
      );

    it("is told through the port, which says whether it took the message", () => {
      const port = new NotingPort();
      const address = remote<string>(start(), port);
      assert.equal(address.tell("hello"), true);
      assert.equal(address.tell("too much"), false);
      assert.deepEqual(port.left, ["tell hello", "tell too much"]);
      assert.equal(JSON.stringify(address), `{"node":"other","path":"/there","incarnation":7}`);
    });

    it("that could not be told leaves a dead letter, which is none of the messages of this node's actors", () => {
      const kernel = start();
      const { deadLetters } = kernel.system;
      deadLetters.recordUnsent({ path: "/there", incarnation: 7 }, "unreachable", { type: "lost" });
      deadLetters.recordUnsent({ path: "/here", incarnation: 1 }, "stopped", { type: "late" });
      assert.deepEqual([deadLetters.total, deadLetters.unsent], [2, 2]);
      const { sent, deadLetters: ofActors } = kernel.system.counters();
      assert.deepEqual([sent, ofActors], [0, 0]);
    });

    it("is asked with a deadline of this node, and can be given up", async () => {
      const kernel = start();
      const port = new NotingPort();
      const address = remote<Question>(kernel, port);
      const ask = (signal?: AbortSignal): Promise<number> =>
        address.ask<number>((replyTo) => ({ replyTo }), 100, signal);
      const answered = ask();
      const giveUp = new AbortController();
      const cancelled = rejects(ask(giveUp.signal), "ask-cancelled");
      const late = rejects(ask(), "ask-timeout");
      const told: number[] = [];
      for (const [index, open] of port.asks.entries()) open.whenClosed(() => told.push(index));
      assert.equal(port.asks[0]?.tell(5), true);
      assert.equal(await answered, 5);
      giveUp.abort();
      await cancelled;
      await kernel.advance(108);
      await late;
      assert.deepEqual(told, [0, 1, 2]);
    });

    it("is watched through the port once, however many watch it, and its end is told to each once", async () => {
      const kernel = start();
      const port = new NotingPort();
      const address = remote<string>(kernel, port);
      const heard: string[] = [];
      const watching = [watcher(kernel, heard, "a"), watcher(kernel, heard, "b")];
      for (const each of watching) each.tell((context) => context.watch(address, "gone"));
      await kernel.settle();
      assert.deepEqual(port.left, ["watch"]);
      assert.equal(port.cell.watched, true);
      port.cell.ended();
      port.cell.ended();
      await kernel.settle();
      assert.deepEqual(heard, ["gone", "gone"]);
      for (const each of watching) each.tell((context) => context.watch(address, "gone before"));
      await kernel.settle();
      assert.deepEqual(heard.slice(2), ["gone before", "gone before"]);
      assert.deepEqual(port.left, ["watch"]);
    });

    it("is no longer watched when the last watcher has withdrawn or ended", async () => {
      const kernel = start();
      const port = new NotingPort();
      const address = remote<string>(kernel, port);
      const heard: string[] = [];
      const watching = [watcher(kernel, heard, "a"), watcher(kernel, heard, "b")];
      for (const each of watching) each.tell((context) => context.watch(address, "gone"));
      await kernel.settle();
      watching[0]?.tell((context) => context.unwatch(address));
      await kernel.settle();
      assert.deepEqual(port.left, ["watch"]);
      watching[1]?.tell((context) => context.stopSelf());
      await kernel.settle();
      assert.deepEqual(port.left, ["watch", "unwatch"]);
      port.cell.ended();
      await kernel.settle();
      assert.deepEqual(heard, []);
    });

    it("that is named by its path alone can be watched again after its end", async () => {
      const kernel = start();
      const port = new NotingPort();
      const address = remote<string>(kernel, port, 0);
      const heard: string[] = [];
      const watching = watcher(kernel, heard);
      for (const round of ["first", "second"]) {
        watching.tell((context) => context.watch(address, round));
        await kernel.settle();
        port.cell.ended();
        await kernel.settle();
      }
      assert.deepEqual(heard, ["first", "second"]);
      assert.deepEqual(port.left, ["watch", "watch"]);
    });

    it("is stopped by its node", async () => {
      const kernel = start();
      const port = new NotingPort();
      const address = remote<string>(kernel, port);
      const stopped: Promise<void>[] = [];
      watcher(kernel, []).tell((context) => void stopped.push(context.stop(address)));
      await kernel.settle();
      await Promise.all(stopped);
      await kernel.system.stopActor(address);
      assert.deepEqual(port.left, ["stop", "stop"]);
    });
  });
});
