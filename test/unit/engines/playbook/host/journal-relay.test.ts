import assert from "node:assert/strict";
import { setImmediate as settled } from "node:timers/promises";
import type {
  ExecutedBy,
  JournaledStep,
  StepEnd,
  StepErrorCode,
  StepStart,
} from "../../../../../src/engines/playbook/index.ts";
import { JournalRelay } from "../../../../../src/engines/playbook/host/journal-relay.ts";
import type { ToChild } from "../../../../../src/engines/playbook/protocol/messages.ts";

const start = (n: number): StepStart => ({
  n,
  name: "block",
  input: null,
  by: "thread",
  idempotent: false,
  heard: 0,
});
const keptStart = (step: StepStart): JournaledStep => ({ ...step, startedAtMs: 1 });
const end = (n: number): StepEnd => ({ n, result: { state: "done", output: n } });

/** Handlers that keep when they are told to. */
const open = (
  journal: readonly JournaledStep[] = [],
  executors: readonly ExecutedBy[] = ["thread", "node", "person", "timer"],
) => {
  const calls: string[] = [];
  const sent: ToChild[] = [];
  const lost: string[] = [];
  const pending: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const call = (kind: string, steps: readonly { readonly n: number }[]): Promise<void> => {
    calls.push(`${kind} ${steps.map(({ n }) => n).join(",")}`);
    return new Promise((resolve, reject) => pending.push({ resolve, reject }));
  };
  const relay = new JournalRelay({
    journal,
    executors,
    keep: {
      stepsStarted: (steps) => call("start", steps),
      stepsEnded: (ends) => call("end", ends),
    },
    send: (message) => sent.push(message),
    onLost: ({ message }) => lost.push(message),
  });
  const kept = async (): Promise<void> => {
    pending.shift()?.resolve();
    await settled();
  };
  const refused = async (): Promise<void> => {
    pending.shift()?.reject(new Error("the claim is stale"));
    await settled();
  };
  return { relay, calls, sent, lost, kept, refused };
};

const protocol = { code: "protocol" };

describe("the relay of a run's journal", () => {
  it("keeps one call at a time in the order told, and answers each", async () => {
    const { relay, calls, sent, kept } = open();
    relay.started([start(1), start(2)]);
    await settled();
    await kept();
    assert.deepEqual(sent, [{ type: "started-kept", upTo: 2 }]);
    relay.ended([end(2)]);
    relay.started([start(3)]);
    await settled();
    assert.deepEqual(calls, ["start 1,2", "end 2"]);
    await kept();
    await kept();
    assert.deepEqual(calls, ["start 1,2", "end 2", "start 3"]);
    assert.deepEqual(sent.slice(1), [
      { type: "ended-kept", ns: [2] },
      { type: "started-kept", upTo: 3 },
    ]);
  });

  it("goes on where the journal ends, and lets steps end that had begun", async () => {
    const ended = { ...keptStart(start(1)), end: { order: 1, result: end(1).result } };
    const { relay, calls, kept } = open([ended, keptStart(start(2))]);
    relay.ended([end(2)]);
    relay.started([start(3)]);
    await settled();
    await kept();
    assert.deepEqual(calls, ["end 2", "start 3"]);
    assert.throws(() => relay.ended([end(1)]), protocol);
  });

  it("refuses gaps, repetitions, and ends before their start is kept", async () => {
    const { relay, kept } = open();
    assert.throws(() => relay.started([start(2)]), protocol);
    relay.started([start(1)]);
    assert.throws(() => relay.ended([end(1)]), protocol);
    await settled();
    await kept();
    assert.throws(() => relay.started([start(1)]), protocol);
    relay.ended([end(1)]);
    await settled();
    await kept();
    assert.throws(() => relay.ended([end(1)]), protocol);
  });

  it("refuses more before the last was answered", async () => {
    const { relay, kept } = open();
    relay.started([start(1)]);
    assert.throws(() => relay.started([start(2)]), protocol);
    await settled();
    await kept();
    relay.ended([end(1)]);
    assert.throws(() => relay.ended([end(1)]), protocol);
  });

  it("keeps nothing after what could not be kept, and says so once", async () => {
    const { relay, calls, sent, lost, kept, refused } = open();
    relay.started([start(1), start(2)]);
    await settled();
    await kept();
    relay.ended([end(1)]);
    relay.started([start(3)]);
    await settled();
    await refused();
    assert.deepEqual(calls, ["start 1,2", "end 1"]);
    assert.equal(sent.length, 1);
    assert.deepEqual(lost, ["the claim is stale"]);
    await relay.settled();
  });

  it("is settled when all is kept, and after a stop when that is which was under way", async () => {
    const { relay, calls, kept } = open();
    relay.started([start(1)]);
    await settled();
    await kept();
    relay.ended([end(1)]);
    relay.started([start(2)]);
    await settled();
    let isSettled = false;
    void relay.settled().then(() => (isSettled = true));
    relay.stop();
    await settled();
    assert.equal(isSettled, false);
    await kept();
    assert.equal(isSettled, true);
    assert.deepEqual(calls, ["start 1", "end 1"]);
  });

  describe("of steps that are not executed by a thread", () => {
    const by = (executor: ExecutedBy, n = 1): JournaledStep => ({ ...keptStart(start(n)), by: executor });
    const failed = (code: StepErrorCode): StepEnd => ({
      n: 1,
      result: { state: "failed", error: { code, message: "" } },
    });

    it("refuses one that must not be started", () => {
      const { relay } = open([], ["thread"]);
      for (const executor of ["node", "person", "timer"] as const) {
        assert.throws(() => relay.started([{ ...start(1), by: executor }]), protocol);
      }
      relay.started([start(1)]);
    });

    it("gives the process a result once, while the step is open, and takes it as the step's end", async () => {
      for (const executor of ["node", "person"] as const) {
        const { relay, calls, sent, kept } = open([by(executor)]);
        relay.settle(1, end(1).result);
        relay.settle(1, failed("threw").result);
        relay.settle(2, end(2).result);
        assert.deepEqual(sent, [{ type: "settled", n: 1, result: end(1).result }]);
        relay.ended([end(1)]);
        await settled();
        await kept();
        assert.deepEqual(calls, ["end 1"]);
        relay.settle(1, end(1).result);
        assert.equal(sent.length, 2, "the second is that the end is kept");
      }
    });

    it("gives none of a step that a thread executes or that time ends", () => {
      const { relay, sent } = open([by("thread"), by("timer", 2)]);
      for (const n of [1, 2]) relay.settle(n, end(n).result);
      assert.deepEqual(sent, []);
    });

    it("refuses results that a process cannot know", () => {
      for (const executor of ["node", "person"] as const) {
        assert.throws(() => open([by(executor)]).relay.ended([end(1)]), protocol);
      }
      for (const executor of ["thread", "node", "person", "timer"] as const) {
        assert.throws(() => open([by(executor)]).relay.ended([failed("answered")]), protocol);
      }
      const { relay } = open([by("node")]);
      relay.settle(1, failed("answered").result);
      assert.throws(() => relay.ended([failed("answered")]), protocol);
    });

    it("takes that it was aborted from the process itself", async () => {
      for (const executor of ["node", "person", "timer"] as const) {
        const { relay, calls } = open([by(executor)]);
        relay.ended([failed("aborted")]);
        await settled();
        assert.deepEqual(calls, ["end 1"]);
      }
    });

    it("only waits when steps by persons and timers are all that is open and all is kept", async () => {
      assert.equal(open().relay.onlyWaits, false);
      assert.equal(open([by("person"), by("timer", 2)]).relay.onlyWaits, true);
      assert.equal(open([by("person"), by("thread", 2)]).relay.onlyWaits, false);
      assert.equal(open([by("person"), by("node", 2)]).relay.onlyWaits, false);
      const { relay, kept } = open([by("person"), by("thread", 2)]);
      relay.ended([end(2)]);
      await settled();
      assert.equal(relay.onlyWaits, false, "the end is not kept yet");
      await kept();
      assert.equal(relay.onlyWaits, true);
    });

    it("is idle with them when it is quiesced, but not with one of the node", () => {
      let idle = 0;
      open([by("person"), by("timer", 2)]).relay.quiesce(() => (idle += 1));
      assert.equal(idle, 1);
      open([by("person"), by("node", 2)]).relay.quiesce(() => (idle += 1));
      assert.equal(idle, 1);
    });
  });

  describe("that is quiesced", () => {
    it("is idle at once when no step is under way", async () => {
      const { relay, kept } = open();
      relay.started([start(1)]);
      await settled();
      await kept();
      relay.ended([end(1)]);
      await settled();
      await kept();
      let idle = 0;
      relay.quiesce(() => (idle += 1));
      assert.equal(idle, 1);
    });

    it("keeps ends and no more starts, and is idle when the last end is kept and answered", async () => {
      const { relay, calls, sent, kept } = open();
      relay.started([start(1), start(2)]);
      await settled();
      await kept();
      let idle = 0;
      relay.quiesce(() => (idle += 1));
      relay.started([start(3)]);
      relay.ended([end(2)]);
      await settled();
      await kept();
      assert.equal(idle, 0);
      relay.ended([end(1)]);
      await settled();
      assert.equal(idle, 0, "the end of step 1 is not kept yet");
      await kept();
      assert.equal(idle, 1);
      assert.deepEqual(calls, ["start 1,2", "end 2", "end 1"]);
      assert.deepEqual(sent.slice(1), [
        { type: "ended-kept", ns: [2] },
        { type: "ended-kept", ns: [1] },
      ]);
    });

    it("lets a step begin whose start is being kept, and waits for its end", async () => {
      const { relay, sent, kept } = open();
      relay.started([start(1)]);
      await settled();
      let idle = 0;
      relay.quiesce(() => (idle += 1));
      await kept();
      assert.deepEqual(sent, [{ type: "started-kept", upTo: 1 }]);
      assert.equal(idle, 0);
      relay.ended([end(1)]);
      await settled();
      await kept();
      assert.equal(idle, 1);
    });

    it("keeps no start that still waited for another call to be kept", async () => {
      const { relay, calls, kept } = open([keptStart(start(1))]);
      relay.ended([end(1)]);
      relay.started([start(2)]);
      await settled();
      let idle = 0;
      relay.quiesce(() => (idle += 1));
      await kept();
      assert.deepEqual(calls, ["end 1"]);
      assert.equal(idle, 1);
    });

    it("is never idle when something could not be kept", async () => {
      const { relay, lost, refused } = open([keptStart(start(1))]);
      let idle = 0;
      relay.quiesce(() => (idle += 1));
      relay.ended([end(1)]);
      await settled();
      await refused();
      assert.deepEqual([idle, lost], [0, ["the claim is stale"]]);
    });
  });
});
