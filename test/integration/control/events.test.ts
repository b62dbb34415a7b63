import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type { ReportedEvent } from "../../../src/client/index.ts";
import { eventService } from "../../../src/wire/index.ts";
import { until } from "../../support/until.ts";
import { callerTokens, ControlNode, token } from "./control-node.ts";
import { rawCall } from "./raw-call.ts";
import { refuses } from "./refuses.ts";

const event = (id: string, more: Partial<ReportedEvent> = {}): ReportedEvent => ({
  id,
  source: "edr",
  kind: "mining",
  data: { host: "pc-7" },
  ...more,
});

const many = (count: number, prefix = "e"): ReportedEvent[] =>
  Array.from({ length: count }, (_, at) => event(`${prefix}${at}`));

const unaborted = new AbortController().signal;

describe("events over gRPC", () => {
  let node: ControlNode;
  beforeEach(async () => {
    node = await ControlNode.start();
  });
  afterEach(() => node.stop());

  it("are stored once, whoever reports them again, and then shown as they came", async () => {
    const { events } = node.client();
    const reported = event("one", {
      kind: "ransomware",
      logsource: { product: "Windows" },
      occurredAtMs: 1_700_000_000_000,
      data: { host: "pc-7", nested: { list: [1, "two", null] } },
    });
    assert.deepEqual(await events.report([reported, event("two")]), [
      { key: "edr/one", known: false },
      { key: "edr/two", known: false },
    ]);
    assert.deepEqual(await events.report([reported]), [{ key: "edr/one", known: true }]);
    const record = await events.get("edr/one");
    assert.equal(record.state, "waiting");
    assert.deepEqual(record.event, { ...reported, logsource: { product: "windows" } });
    await refuses(events.get("edr/none"), "not-found", "event-unknown");
    await refuses(events.get("no key"), "invalid");
  });

  it("are refused with the index and the place, and then nothing of the call is stored", async () => {
    const { events } = node.client();
    const bad = await refuses(events.report([event("a"), event("b", { kind: "No Kind" })]), "invalid");
    assert.match(bad.message, /^events\.1\.kind: has to be/);
    await refuses(events.get("edr/a"), "not-found");
    let deep: ReportedEvent["data"] = {};
    for (let level = 0; level < 40; level += 1) deep = { deep };
    assert.match((await refuses(events.report([event("c", { data: deep })]), "invalid")).message, /^events\.0\.data/);
    const large = event("d", { data: { text: "x".repeat(65 * 1024) } });
    assert.match((await refuses(events.report([large]), "invalid")).message, /events\.0/);
    assert.match((await refuses(events.report([event("")]), "invalid")).message, /^events\.0\.id: /);
    await refuses(events.report(many(501)), "invalid");
    await refuses(events.report([]), "invalid");
  });

  it("whose data are no JSON, or no object, are refused with their place", async () => {
    for (const [data, said] of [
      ["{", /events\.0\.data: not JSON/],
      ["[]", /events\.0\.data: not a JSON object/],
    ] as const) {
      // One event (field 1) with its id (1), kind (3) and data (6).
      const field = (number: number, text: string): Buffer =>
        Buffer.concat([Buffer.from([(number << 3) | 2, text.length]), Buffer.from(text)]);
      const inner = Buffer.concat([field(1, "a"), field(3, "mining"), field(6, data)]);
      const bytes = Buffer.concat([Buffer.from([10, inner.length]), inner]);
      const outcome = await rawCall(node.plane.grpcAddress, eventService.reportEvents.path, bytes, {
        authorization: `Bearer ${token}`,
      });
      assert.equal(outcome.status, "INVALID_ARGUMENT");
      assert.match(outcome.details, said);
    }
  });

  it("of those who may only report have their name as source, and no other", async () => {
    const reporter = node.client({ token: callerTokens.rita }).events;
    const unnamed: ReportedEvent = { id: "one", kind: "mining", data: {} };
    assert.deepEqual(await reporter.report([unnamed]), [{ key: "rita/one", known: false }]);
    await refuses(reporter.report([event("two")]), "permission-denied", "foreign-source");
    await refuses(reporter.get("rita/one"), "permission-denied", "role");
    await refuses(node.client({ token: callerTokens.viv }).events.report([unnamed]), "permission-denied", "role");
  });

  it("can be asked about without being stored", async () => {
    const { catalog, choices } = await node.client().events.explain(event("one"));
    assert.match(catalog, /^[0-9a-f]{64}$/);
    assert.deepEqual(choices, []);
    await refuses(node.client().events.get("edr/one"), "not-found");
  });

  it("that are reported leave no audit record; runs that are started do", async () => {
    const { events, runs, control } = node.client();
    await events.report([event("one")]);
    await refuses(runs.start("none", event("two")), "not-found", "playbook-unknown");
    const { records } = await control.audit();
    assert.deepEqual(
      records.map(({ call, subject, outcome }) => [call.split("/").at(-1), subject, outcome]),
      [["StartRun", "none edr/two", "NOT_FOUND"]],
    );
  });
});

describe("events over one stream", () => {
  let node: ControlNode;
  const started = async (options: Parameters<typeof ControlNode.start>[0] = {}): Promise<ControlNode> =>
    (node = await ControlNode.start(options));
  afterEach(() => node.stop());

  const batches = async function* (list: readonly (readonly ReportedEvent[])[], open?: Promise<void>) {
    yield* list;
    await open;
  };

  it("are answered in order, each batch once it is stored", async () => {
    await started();
    const { events } = node.client();
    const sent = Array.from({ length: 40 }, (_, at) => many(5, `batch${at}-`));
    const keys: string[] = [];
    for await (const receipts of events.stream(batches(sent), unaborted)) {
      keys.push(...receipts.map(({ key }) => key));
    }
    assert.deepEqual(
      keys,
      sent.flat().map(({ id }) => `edr/${id}`),
    );
    assert.equal((await node.client().control.queues()).find(({ name }) => name === "events")?.waiting, 200);
  });

  it("end with the first that is none; those before it are answered", async () => {
    await started();
    const { events } = node.client();
    const keys: string[] = [];
    const stream = events.stream(batches([[event("a")], [event("b"), event("c", { kind: "" })]]), unaborted);
    const error = await refuses(
      (async () => {
        for await (const receipts of stream) keys.push(...receipts.map(({ key }) => key));
      })(),
      "invalid",
    );
    assert.match(error.message, /^message 2: events\.1\.kind: /);
    assert.deepEqual(keys, ["edr/a"]);
    await refuses(events.get("edr/b"), "not-found");
  });

  it("are held up by a full queue with a time to come back, and nothing of them is lost or stored", async () => {
    await started({ respond: { mostWaiting: 10 } });
    const { events } = node.client();
    await events.report(many(8));
    const error = await refuses(events.report(many(5, "late")), "resource-exhausted", "queue-full");
    assert.ok(error.retryable && (error.retryAfterMs ?? 0) > 0);
    const stream = events.stream(batches([many(5, "late")]), unaborted);
    const refused = await refuses(Readable.from(stream).toArray(), "resource-exhausted", "queue-full");
    assert.ok((refused.retryAfterMs ?? 0) > 0);
    assert.equal((await node.client().control.queues()).find(({ name }) => name === "events")?.waiting, 8);
  });

  it("of a source that is too fast are refused, those of another are not", async () => {
    await started({ respond: { eventsPerSecond: 1 } });
    const { events } = node.client();
    await events.report(many(500));
    const error = await refuses(events.report(many(500, "more")), "resource-exhausted", "too-fast");
    assert.ok((error.retryAfterMs ?? 0) > 1_000);
    await events.report([event("one", { source: "other" })]);
  });

  it("that a node has read are answered when it drains, and the stream then ends as to be opened elsewhere", async () => {
    await started();
    const { events } = node.client();
    const never = new Promise<void>(() => undefined);
    const keys: string[] = [];
    const streamed = (async () => {
      const sent = [many(3, "x"), many(3, "y")];
      for await (const receipts of events.stream(batches(sent, never), unaborted)) {
        keys.push(...receipts.map(({ key }) => key));
      }
    })();
    const refused = refuses(streamed, "unavailable", "shutting-down");
    await until(
      () => keys.length === 6,
      () => keys,
    );
    const begunMs = performance.now();
    await node.plane.close();
    assert.ok((await refused).retryable);
    assert.ok(performance.now() - begunMs < 2_000, "an idle stream keeps no node from ending");
  });

  it("do not wait for a stream whose client sends and does not read", async () => {
    await started({ respond: { mostWaiting: 1_000_000 } });
    const controller = new AbortController();
    function* endless(): Generator<readonly ReportedEvent[]> {
      for (let at = 0; ; at += 1) yield many(200, `slow${at}-`);
    }
    const slow = node.client({ token: callerTokens.opal }).events;
    const reader = slow.stream(Readable.from(endless()), controller.signal)[Symbol.asyncIterator]();
    await reader.next();
    const { events } = node.client();
    for (let at = 0; at < 20; at += 1) {
      const begunMs = performance.now();
      await events.report([event(`fast${at}`)]);
      assert.ok(performance.now() - begunMs < 5_000);
    }
    controller.abort();
    await reader.return?.(undefined);
  });
});
