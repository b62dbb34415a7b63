import assert from "node:assert/strict";
import { systemClock } from "../../../../src/base/clock.ts";
import { seededRandom } from "../../../../src/base/random.ts";
import type { ReadEvent } from "../../../../src/bin/calls/events/read-event.ts";
import { sendEvents, type SendSetup, type Sent } from "../../../../src/bin/calls/events/send-events.ts";
import { ClientError, type EventReceipt, type ReportedEvent } from "../../../../src/client/index.ts";
import { EventError } from "../../../../src/engines/events/index.ts";
import { until } from "../../../support/until.ts";

type Fault = ClientError | { readonly lost: ClientError } | undefined;

/** A node that fails as the test says, before or after it has stored what it was sent. */
class FaultyNode {
  readonly stored = new Map<string, ReportedEvent>();
  readonly batches: number[] = [];
  readonly said: string[] = [];
  calls = 0;
  most = 0;
  #underWay = 0;
  readonly #fault: (call: number) => Fault;

  constructor(fault: (call: number) => Fault = () => undefined) {
    this.#fault = fault;
  }

  readonly setup = (signal: AbortSignal): SendSetup => ({
    client: { events: { report: this.#report } },
    clock: systemClock,
    random: seededRandom(1),
    signal,
    say: (line) => this.said.push(line),
  });

  readonly #report = async (events: readonly ReportedEvent[]): Promise<readonly EventReceipt[]> => {
    this.calls += 1;
    const fault = this.#fault(this.calls);
    this.most = Math.max(this.most, (this.#underWay += 1));
    await Promise.resolve();
    this.#underWay -= 1;
    if (fault instanceof ClientError) throw fault;
    this.batches.push(events.length);
    const receipts = events.map((event) => {
      const known = this.stored.has(event.id);
      this.stored.set(event.id, event);
      return { key: `cli/${event.id}`, known };
    });
    if (fault !== undefined) throw fault.lost;
    return receipts;
  };
}

const never = new AbortController().signal;
const gone = new ClientError("unavailable", "gone", { retryable: true });
const listed = (line: number, chars = 1): ReadEvent => ({
  line,
  event: { id: `e${line}`, kind: "mining", data: { text: "x".repeat(chars) } },
});
const bad = (line: number): ReadEvent => ({ line, problem: new EventError("invalid-event", "data", "is missing") });

async function* streamed(events: Iterable<ReadEvent>): AsyncGenerator<ReadEvent> {
  for (const event of events) yield await Promise.resolve(event);
}

const sendAll = async (node: FaultyNode, events: Iterable<ReadEvent>, signal = never): Promise<readonly Sent[]> => {
  const all: Sent[] = [];
  for await (const batch of sendEvents(() => streamed(events), node.setup(signal))) all.push(...batch);
  return all;
};

const lines = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at + 1);

describe("sending many events", () => {
  it("stores each once when answers get lost, in their order, in full batches with few calls at once", async () => {
    const node = new FaultyNode((call) => (call % 3 === 0 ? { lost: gone } : undefined));
    const sent = await sendAll(
      node,
      lines(3_000).map((line) => listed(line)),
    );
    assert.deepEqual(
      sent.map((one) => [one.line, "key" in one ? one.key : undefined]),
      lines(3_000).map((line) => [line, `cli/e${line}`]),
    );
    assert.equal(node.stored.size, 3_000);
    assert.ok(node.most <= 4, `${node.most} calls at once`);
    assert.ok(Math.max(...node.batches) <= 500 && node.batches.length <= 20, String(node.batches));
    assert.deepEqual(node.said, ["gone; trying again"]);
    // What a lost answer made of the second try.
    assert.ok(sent.some(({ outcome }) => outcome === "known"));
  });

  it("keeps batches below what a message may have", async () => {
    const node = new FaultyNode();
    await sendAll(
      node,
      lines(40).map((line) => listed(line, 60_000)),
    );
    assert.ok(Math.max(...node.batches) <= 9, String(node.batches));
    assert.equal(node.stored.size, 40);
  });

  it("tells of what is no event in its place, and sends all others", async () => {
    const node = new FaultyNode();
    const sent = await sendAll(node, [bad(1), listed(2), bad(3), listed(4)]);
    assert.deepEqual(
      sent.map(({ line, outcome }) => [line, outcome]),
      [
        [1, "invalid"],
        [2, "accepted"],
        [3, "invalid"],
        [4, "accepted"],
      ],
    );
    assert.deepEqual([...node.stored.keys()], ["e2", "e4"]);
    assert.equal((await sendAll(new FaultyNode(() => gone), [bad(1)])).length, 1, "nothing is to be sent");
  });

  it("waits for a full queue as long as the node asks", async () => {
    let refusedMs = 0;
    let againMs = 0;
    const node = new FaultyNode((call) => {
      if (call > 1) againMs ||= performance.now();
      if (call > 1) return undefined;
      refusedMs = performance.now();
      return new ClientError("resource-exhausted", "full", { retryable: true, retryAfterMs: 300 });
    });
    assert.deepEqual(
      (await sendAll(node, [listed(1)])).map(({ outcome }) => outcome),
      ["accepted"],
    );
    assert.ok(againMs - refusedMs >= 300, `it came back after ${againMs - refusedMs} ms`);
  });

  it("stops at a refusal, accounts for what was under way and takes no more", async () => {
    const refusal = new ClientError("permission-denied", "another source");
    const node = new FaultyNode((call) => (call === 3 ? refusal : undefined));
    let taken = 0;
    const endless = function* (): Generator<ReadEvent> {
      for (;;) yield listed((taken += 1));
    };
    const sent = await sendAll(node, endless());
    const refused = sent.filter(({ outcome }) => outcome === "refused");
    assert.ok(refused.length > 0 && refused.length <= 500, `${refused.length} were refused`);
    assert.equal(sent.length - refused.length, node.stored.size);
    assert.ok(taken <= 5_000, `${taken} were taken`);
  });

  it("when it is interrupted, says of each whether it may have been stored", async () => {
    const stop = new AbortController();
    const node = new FaultyNode((call) => (call <= 4 ? undefined : call % 2 === 0 ? { lost: gone } : gone));
    const done = sendAll(
      node,
      lines(100_000).map((line) => listed(line)),
      stop.signal,
    );
    await until(
      () => node.calls > 10,
      () => node.calls,
    );
    stop.abort();
    const sent = await done;
    assert.ok(sent.length < 10_000, `${sent.length} were taken`);
    for (const { line, outcome } of sent) {
      if (outcome === "accepted" || outcome === "known") assert.ok(node.stored.has(`e${line}`));
      else if (node.stored.has(`e${line}`)) assert.equal(outcome, "unknown");
    }
    assert.ok(sent.some(({ outcome }) => outcome === "unknown"));
  });

  it("sends an event that comes alone without waiting for others", async () => {
    const node = new FaultyNode();
    let more = (): void => undefined;
    const typed = async function* (): AsyncGenerator<ReadEvent> {
      yield listed(1);
      await new Promise<void>((resolve) => (more = resolve));
      yield listed(2);
    };
    const sent = sendEvents(typed, node.setup(never));
    assert.deepEqual((await sent.next()).value, [{ line: 1, outcome: "accepted", key: "cli/e1" }]);
    more();
    assert.deepEqual((await sent.next()).value, [{ line: 2, outcome: "accepted", key: "cli/e2" }]);
    assert.equal((await sent.next()).done, true);
  });

  it("throws what the reading throws, after what was read before has been sent", async () => {
    const node = new FaultyNode();
    const broken = async function* (): AsyncGenerator<ReadEvent> {
      yield await Promise.resolve(listed(1));
      throw new Error("cannot be read");
    };
    const seen: Sent[] = [];
    const all = async (): Promise<void> => {
      for await (const batch of sendEvents(broken, node.setup(never))) seen.push(...batch);
    };
    await assert.rejects(all(), /cannot be read/);
    assert.equal(seen.length, 1);
    assert.equal(node.stored.size, 1);
  });
});
