import assert from "node:assert/strict";
import type { TraceContext } from "../../../src/base/trace-context.ts";
import { ActorSystem, same, type Context, type Props, type ReplyTo, type Same } from "../../../src/kernel/index.ts";
import { CapturedLog } from "../../support/captured-log.ts";
import { recordedTracing } from "../../support/recorded-tracing.ts";
import { until } from "../../support/until.ts";

const one: TraceContext = { traceId: "1".repeat(32), spanId: "1".repeat(16), flags: 1 };
const two: TraceContext = { traceId: "2".repeat(32), spanId: "2".repeat(16), flags: 1 };

/** An actor that does `act` for each message. */
const doing = <Message>(
  act: (message: Message, context: Context<Message>) => void | Promise<void>,
): Props<undefined, Message> => ({
  behavior: {
    initial: () => undefined,
    receive: async (_state, message, context): Promise<Same> => {
      await act(message, context);
      return same;
    },
  },
});

describe("a traced node", () => {
  const { tracing, ended } = recordedTracing();
  let system: ActorSystem;
  let log: CapturedLog;
  beforeEach(() => {
    log = new CapturedLog();
    system = new ActorSystem({ node: "n", log: log.logger, tracing });
  });
  afterEach(() => system.stop());

  it("handles a message in the trace in which it was told, before and after each await", async () => {
    const seen: (string | undefined)[] = [];
    const actor = system.spawn(
      doing<string>(async (_message, context) => {
        seen.push(context.tracing.current()?.traceId[0]);
        await Promise.resolve();
        seen.push(context.tracing.current()?.traceId[0]);
      }),
      "a",
    );
    tracing.run(one, () => actor.tell("in one"));
    actor.tell("in none");
    tracing.run(two, () => actor.tell("in two"));
    await until(
      () => seen.length === 6,
      () => seen,
    );
    assert.deepEqual(seen, ["1", "1", undefined, undefined, "2", "2"]);
  });

  it("carries the trace over several actors, and neither into timers nor into the begin of a life", async () => {
    const seen: Record<string, string | undefined> = {};
    const note = (what: string): void => void (seen[what] = tracing.current()?.traceId[0] ?? "none");
    const last = system.spawn(
      doing<string>((message, context) => {
        note(message);
        if (message === "told") context.timers.once("later", 0, "timer");
      }),
      "last",
    );
    const first = system.spawn(
      doing<string>((_message, context) => {
        context.spawn({ behavior: { initial: () => note("initial"), receive: () => same } }, "child");
        last.tell("told");
      }),
      "first",
    );
    tracing.run(one, () => first.tell("go"));
    await until(
      () => "timer" in seen && "initial" in seen,
      () => seen,
    );
    assert.deepEqual({ ...seen }, { told: "1", timer: "none", initial: "none" });
  });

  it("makes an ask a span, which the handler runs in, and none where no trace runs", async () => {
    const parents: (TraceContext | undefined)[] = [];
    const actor = system.spawn(
      doing<{ readonly fails: boolean; readonly replyTo: ReplyTo<number> }>(({ fails, replyTo }) => {
        parents.push(tracing.current());
        if (fails) throw new RangeError("no");
        replyTo.tell(1);
      }),
      "a",
    );
    const ask = (fails: boolean): Promise<number> => actor.ask<number>((replyTo) => ({ fails, replyTo }), 1_000);
    const before = ended.length;
    assert.equal(await ask(false), 1);
    assert.equal(await tracing.run(one, () => ask(false)), 1);
    await assert.rejects(tracing.run(one, () => ask(true)));
    assert.deepEqual(
      ended.slice(before).map(({ name, parentSpanId, failure }) => ({ name, parentSpanId, failure })),
      [
        { name: "ask", parentSpanId: one.spanId, failure: undefined },
        { name: "ask", parentSpanId: one.spanId, failure: "handler-failed" },
      ],
    );
    assert.deepEqual(
      parents.map((parent) => parent?.spanId),
      [undefined, ...ended.slice(before).map(({ spanId }) => spanId)],
    );
  });

  it("shows a dead letter as the message that was told", async () => {
    class Late {
      readonly late = true;
    }
    const actor = system.spawn(
      doing<Late>(() => undefined),
      "a",
    );
    await system.stopActor(actor);
    assert.equal(
      tracing.run(one, () => actor.tell(new Late())),
      false,
    );
    assert.deepEqual(
      system.deadLetters.latest().map(({ message }) => message),
      ["Late"],
    );
  });
});
