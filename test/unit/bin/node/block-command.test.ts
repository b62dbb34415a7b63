import assert from "node:assert/strict";
import type { BlockPort, UnblockOrder } from "../../../../src/actors/guard/block-port.ts";
import type { BlockOrder, BlockReply } from "../../../../src/actors/guard/service/shard-message.ts";
import { parseBlockWords, parseUnblockWords } from "../../../../src/bin/node/respond/garrison-command/block-words.ts";
import { orderBlock, orderUnblock } from "../../../../src/bin/node/respond/garrison-command/order-block.ts";
import { CommandFailure, type CommandOutput } from "../../../../src/engines/playbook/node-commands/index.ts";
import { StoreError } from "../../../../src/store/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { until } from "../../../support/until.ts";

const task = { idempotencyKey: "r1-2", cause: { chain: ["edr/a block-it"] } };
const unavailable: BlockReply = { type: "refused", code: "unavailable", message: "shard 3 has no owner" };

/** Answers as the test says, and notes what was ordered. */
class ScriptedGuard implements BlockPort {
  readonly orders: BlockOrder[] = [];
  readonly unblocked: UnblockOrder[] = [];
  answers: (BlockReply | Error)[] = [];

  block(order: BlockOrder): Promise<BlockReply> {
    this.orders.push(order);
    const answer = this.answers.shift() ?? { type: "blocked", untilMs: 5_000 };
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }

  unblock(order: UnblockOrder): Promise<{ readonly type: "unblocked"; readonly ended: number }> {
    this.unblocked.push(order);
    return Promise.resolve({ type: "unblocked", ended: 2 });
  }
}

describe("garrison block", () => {
  let guard: ScriptedGuard;
  let clock: ManualClock;
  beforeEach(() => {
    guard = new ScriptedGuard();
    clock = new ManualClock();
  });

  const block = async (words: readonly string[], signal = new AbortController().signal): Promise<CommandOutput> =>
    orderBlock({ blocks: () => guard, clock }, parseBlockWords(words), { ...task, signal });

  const fails = async (work: () => Promise<unknown>, code: string, message: RegExp): Promise<void> => {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof CommandFailure, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, message);
      return true;
    });
  };

  /** Time goes on until it is ordered so often. */
  const ordered = (times: number): Promise<void> =>
    until(
      () => {
        clock.advance(clock.nextInMs ?? 0);
        return guard.orders.length >= times;
      },
      () => guard.orders.length,
    );

  it("blocks the subject for an hour, under the name of the step, with what led to it", async () => {
    const { text, facts } = await block(["192.0.2.7"]);
    assert.deepEqual(
      [text, facts],
      ["blocked", { state: "blocked", field: "ip", subject: "192.0.2.7", action: "deny", until_ms: 5_000 }],
    );
    assert.deepEqual(guard.orders, [
      {
        ...{ blockId: "r1-2", field: "ip", subject: "192.0.2.7", action: "deny", blockMs: 3_600_000, reason: "" },
        ...{ by: "playbook r1-2", cause: task.cause },
      },
    ]);
  });

  it("takes field, time, action and reason", async () => {
    await block(["mallory", "--field", "account", "--for", "2d", "--challenge", "--reason", "40 failed logins"]);
    const [{ field, subject, blockMs, action, reason } = assert.fail("nothing was ordered")] = guard.orders;
    assert.deepEqual(
      [field, subject, blockMs, action, reason],
      ["account", "mallory", 2 * 86_400_000, "challenge", "40 failed logins"],
    );
  });

  it("says that a block waits for a person, and why", async () => {
    guard.answers = [{ type: "pending", why: "10.0.0.0/8 is larger than /16" }];
    const { text, facts } = await block(["10.0.0.0/8"]);
    assert.deepEqual([text, facts["why"], facts["until_ms"]], ["pending", "10.0.0.0/8 is larger than /16", undefined]);
  });

  it("orders the same block again until it is stored", async () => {
    guard.answers = [unavailable, new StoreError("deadline", "no answer", { retryable: true }), unavailable];
    const ended = block(["192.0.2.7"]);
    await ordered(4);
    assert.equal((await ended).text, "blocked");
    assert.deepEqual(new Set(guard.orders.map(({ blockId }) => blockId)), new Set(["r1-2"]));
  });

  it("does not say that something is blocked of which nobody knows when its time is over", async () => {
    guard.answers = Array.from({ length: 100 }, () => unavailable);
    const stop = new AbortController();
    const ended = block(["192.0.2.7"], stop.signal);
    const failed = fails(() => ended, "threw", /nobody could say.*no owner/);
    await ordered(3);
    stop.abort();
    await failed;
  });

  it("who must never be blocked is refused at once", async () => {
    guard.answers = [{ type: "refused", code: "never-block", message: "192.0.2.1 is in guard.neverBlock" }];
    await fails(() => block(["192.0.2.1"]), "refused", /neverBlock/);
    guard.answers = [{ type: "refused", code: "invalid", message: "no address" }];
    await fails(() => block(["x"]), "threw", /no address/);
    assert.equal(guard.orders.length, 2);
  });

  it("is refused where no node has a guard", async () => {
    const setup = { blocks: () => undefined, clock };
    const signal = new AbortController().signal;
    await fails(() => orderBlock(setup, parseBlockWords(["x"]), { ...task, signal }), "refused", /role guard/);
  });

  it("unblock takes it back, and says how much there was", async () => {
    const signal = new AbortController().signal;
    const request = parseUnblockWords(["mallory", "--field", "account"]);
    const { text, facts } = await orderUnblock({ blocks: () => guard, clock }, request, { ...task, signal });
    assert.deepEqual([text, facts["ended"]], ["unblocked", 2]);
    assert.deepEqual(guard.unblocked, [
      { field: "account", subject: "mallory", by: "playbook r1-2", cause: task.cause },
    ]);
  });

  it("says which words it does not take", async () => {
    for (const [words, message] of [
      [[], /names 0 subjects/],
      [["a", "b"], /names 2 subjects/],
      [[""], /empty/],
      [["a", "--for", "soon"], /--for: use a duration/],
      [["a", "--for", "31d"], /at most 30d/],
      [["a", "--for", "0s"], /--for/],
      [["a", "--quick"], /--quick/],
    ] as const) {
      await fails(() => block(words), "threw", message);
    }
    assert.equal(guard.orders.length, 0);
  });
});
