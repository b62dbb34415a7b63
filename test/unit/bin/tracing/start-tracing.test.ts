import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../../src/base/clock.ts";
import { systemRandom } from "../../../../src/base/random.ts";
import { noTracing } from "../../../../src/base/tracing.ts";
import { startTracing, type RunningTracing } from "../../../../src/bin/tracing/start-tracing.ts";
import { loadConfig } from "../../../../src/config/index.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { OtlpReceiver } from "../../../support/otlp-receiver.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { until } from "../../../support/until.ts";

describe("the traces of a node", () => {
  let receiver: OtlpReceiver;
  let log: CapturedLog;
  const folder = tempDir("tracing");
  after(() => folder.remove());
  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
    log = new CapturedLog();
  });
  afterEach(() => receiver.close());

  const start = (
    overrides: Parameters<typeof loadConfig>[0]["overrides"] = { "tracing.endpoint": receiver.endpoint },
  ): Promise<RunningTracing> => {
    const { config } = loadConfig({ env: {}, overrides });
    return startTracing({ config, clock: systemClock, random: systemRandom, log: log.logger, version: "1.2.3" });
  };
  /** So many spans without parents. */
  const spans = ({ tracing }: RunningTracing, count: number): void => {
    for (let n = 0; n < count; n += 1) tracing.span("work", "internal", { n }).end();
  };

  it("are off without an endpoint", async () => {
    const running = await start({});
    assert.equal(running.tracing, noTracing);
    await running.close();
  });

  it("reach the receiver at the end, with parents, failures, times and the node's name", async () => {
    const running = await start();
    const { tracing } = running;
    const outer = tracing.span("outer", "server", { "garrison.subject": "s".repeat(1_000) });
    tracing.run(outer.context, () => tracing.span("inner", "client", {}).end("busy"));
    outer.end();
    outer.end("a second end counts for nothing");
    await running.close();
    assert.deepEqual(
      receiver.requests.map(({ path }) => path),
      ["/v1/traces"],
    );
    const [inner, end] = receiver.spans;
    assert.ok(inner && end);
    assert.deepEqual([inner.name, inner.traceId, inner.parentSpanId], ["inner", end.traceId, end.spanId]);
    assert.deepEqual([inner.status?.code, inner.attributes["error.type"]], [2, "busy"]);
    assert.deepEqual([end.name, end.kind, end.status?.code ?? 0, end.node], ["outer", 2, 0, "node-1"]);
    assert.equal(String(end.attributes["garrison.subject"]).length, 256);
    assert.ok(BigInt(end.endTimeUnixNano) >= BigInt(inner.endTimeUnixNano));
    assert.ok(Math.abs(Number(BigInt(end.startTimeUnixNano) / 1_000_000n) - systemClock.wallMs()) < 60_000);
    assert.deepEqual(tracing.counts(), { exported: 2, failed: 0, dropped: 0 });
  });

  it("record as many of their own traces as the ratio says, and those of others as these say", async () => {
    const running = await start({ "tracing.endpoint": receiver.endpoint, "tracing.sampleRatio": 0 });
    const { tracing } = running;
    const own = tracing.span("own", "internal", {});
    assert.equal(own.context?.flags, 0);
    own.end();
    const parent = { traceId: "a".repeat(32), spanId: "b".repeat(16), flags: 1 as const };
    tracing.span("theirs", "internal", {}, parent).end();
    await running.close();
    assert.deepEqual(
      receiver.spans.map(({ name, traceId }) => [name, traceId]),
      [["theirs", parent.traceId]],
    );
  });

  it("send the headers of the file, which nobody else may read", async () => {
    const file = join(folder.path, "headers");
    writeFileSync(file, "authorization: Bearer s3cret\nx-scope: garrison\n", { mode: 0o600 });
    const keys = { "tracing.endpoint": receiver.endpoint, "tracing.headersFile": file };
    const running = await start(keys);
    spans(running, 1);
    await running.close();
    assert.equal(receiver.requests[0]?.headers["authorization"], "Bearer s3cret");
    assert.equal(receiver.requests[0].headers["x-scope"], "garrison");
    writeFileSync(file, "authorization: fine\nBearer s3cret");
    await assert.rejects(
      start(keys),
      (error: Error) => /line 2 .*NAME: VALUE/.test(error.message) && !error.message.includes("s3cret"),
    );
    chmodSync(file, 0o644);
    await assert.rejects(start(keys), /others/);
    await assert.rejects(start({ ...keys, "tracing.headersFile": join(folder.path, "none") }), /there is no file/);
  });

  it("cost spans and nothing else when the receiver refuses them: counted, said once, and again when it is back", async () => {
    receiver.status = 400;
    const running = await start();
    spans(running, 512);
    await until(
      () => running.tracing.counts().failed === 512,
      () => running.tracing.counts(),
    );
    assert.equal(log.of("traces cannot be sent: the receiver does not take them").length, 1);
    receiver.status = 200;
    spans(running, 1);
    await running.close();
    assert.deepEqual(running.tracing.counts(), { exported: 1, failed: 512, dropped: 0 });
    assert.equal(log.of("traces are sent again").length, 1);
    spans(running, 1);
    assert.equal(running.tracing.counts().dropped, 1);
  });

  it("all reach the receiver at the end, however many wait", async () => {
    const running = await start();
    spans(running, 4_000);
    await running.close();
    assert.equal(receiver.spans.length, 4_000);
    assert.deepEqual(running.tracing.counts(), { exported: 4_000, failed: 0, dropped: 0 });
  });

  it("are bounded while the receiver hangs, and hold up the end for 3 s at most", async function () {
    this.timeout(8_000);
    receiver.status = undefined;
    const running = await start();
    spans(running, 5_000);
    assert.equal(running.tracing.counts().dropped, 5_000 - 4_096);
    const beganMs = systemClock.monotonicMs();
    await running.close();
    const tookMs = systemClock.monotonicMs() - beganMs;
    assert.ok(tookMs > 2_900 && tookMs < 5_000, `${tookMs} ms`);
  });

  it("go nowhere that others could read or that names a secret", () => {
    for (const [endpoint, wrong] of [
      ["http://collector.example.test:4318", /https:\/\//],
      ["http://user:hunter2@127.0.0.1:4318", /tracing\.headersFile/],
      ["http://127.0.0.1:4318/?token=x", /headersFile/],
      ["collector:4318", /OTLP/],
    ] as const) {
      assert.throws(
        () => loadConfig({ env: {}, overrides: { "tracing.endpoint": endpoint } }),
        (error: Error) => wrong.test(error.message) && !error.message.includes("hunter2"),
      );
    }
    loadConfig({ env: {}, overrides: { "tracing.endpoint": "https://collector.example.test/otlp/v1/traces" } });
  });
});
