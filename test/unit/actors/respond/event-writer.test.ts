import assert from "node:assert/strict";
import { EventWriter } from "../../../../src/actors/respond/events/event-writer.ts";
import { RespondHints } from "../../../../src/actors/respond/index.ts";
import { StoreError } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore, type Carry } from "../../../../src/store/memory/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

describe("the writer of events", () => {
  it("holds a bounded size of events while the store does not answer, and takes more when that is over", async () => {
    const clock = new ManualClock();
    let fail: () => void = () => undefined;
    const unanswered = new Promise<never>((_, reject) => {
      fail = () => reject(new StoreError("deadline", "no answer", { retryable: true }));
    });
    let hangs = true;
    const carry: Carry = (run) => (hangs ? unanswered : Promise.resolve(run()));
    const space = openMemoryStore(createMemoryDatabase({ clock }), carry).space("respond");
    const writer = new EventWriter({
      ...{ space, clock, mostWaiting: 1_000_000, retainMs: 60_000, hints: new RespondHints() },
    });
    const data = { text: "x".repeat(60_000) };
    const report = (call: number, events = 90): Promise<unknown> =>
      writer.accept(
        Array.from({ length: events }, (_, n) => ({ id: `e${call}-${n}`, source: "fw1", kind: "mining", data })),
        undefined,
      );

    const calls = Array.from({ length: 16 }, (_, call) => report(call));
    const outcomes = Promise.allSettled(calls);
    fail();
    const codes = (await outcomes).map((outcome) =>
      outcome.status === "rejected" ? (outcome.reason as { readonly code: string }).code : "accepted",
    );
    // 12 calls of 5.4 million characters are below 64 Mi, 13 are not.
    assert.deepEqual(codes, [...Array<string>(12).fill("deadline"), ...Array<string>(4).fill("queue-full")]);
    hangs = false;
    await report(99, 1);
  });
});
