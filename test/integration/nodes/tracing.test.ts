import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/base/clock.ts";
import { createClient } from "../../../src/client/index.ts";
import { packBundle } from "../../../src/engines/scan/index.ts";
import { built } from "../../support/built.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import { OtlpReceiver } from "../../support/otlp-receiver.ts";
import { startPlainSite } from "../../support/plain-site.ts";
import type { Service } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

const bundle = packBundle(
  ["one", "two", "three"].map((id) => ({
    path: `${id}.yaml`,
    content: Buffer.from(`id: ${id}
info: {name: ${id}, author: test, severity: low}
http:
  - method: GET
    path: ["{{BaseURL}}/${id}?secret=hunter2"]
    matchers:
      - {type: status, status: [200]}
`),
  })),
);
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const callerSpan = "00f067aa0ba902b7";

describe("a scan over two nodes", function () {
  this.timeout(60_000);
  before(function () {
    this.timeout(150_000);
    return built();
  });
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  it("is one connected trace, from the call through its task to its subtasks on the other node", async () => {
    const receiver = await OtlpReceiver.start();
    closing.push(() => receiver.close());
    const site = await startPlainSite();
    closing.push(() => site.close());
    const folder = tempDir("traced-scan");
    closing.push(() => folder.remove());
    const cluster = new CliCluster(folder.path);
    closing.push(() => cluster.close());
    const start = (id: string, role: string): Promise<Service> => {
      const file = join(folder.path, `${id}.yaml`);
      const tracing = { endpoint: receiver.endpoint };
      writeFileSync(file, JSON.stringify({ node: { roles: [role] }, scan: { subtaskRequests: 1 }, tracing }));
      return cluster.start(id, "--config", file);
    };
    const planner = await start("planner", "scheduler");
    const prober = await start("prober", "probe");
    const client = createClient({
      address: cluster.address,
      token: readFileSync(cluster.tokenFile, "utf8").trim(),
      clock: systemClock,
      traceparent: () => `00-${traceId}-${callerSpan}-01`,
    });
    closing.push(() => client.close());
    await client.scans.uploadBundle(bundle.hash, bundle.bytes);
    const spec = { target: site.url, bundle: bundle.hash, options: { headers: [], variables: {}, excludeHosts: [] } };
    await client.scans.submit({ id: "traced", spec });
    await client.scans.submit({ id: "traced", spec });
    let state = "";
    await until(
      async () => (state = (await client.scans.get("traced")).state) === "done",
      () => state,
      15_000,
    );
    await Promise.all([planner.end("SIGTERM"), prober.end("SIGTERM")]);

    const { spans } = receiver;
    const submits = spans.filter(({ name }) => name === "garrison.v1.ScanService/SubmitScan");
    const [submit] = submits.toSorted((a, b) => (BigInt(a.startTimeUnixNano) < BigInt(b.startTimeUnixNano) ? -1 : 1));
    assert.ok(submit);
    assert.deepEqual([submit.traceId, submit.parentSpanId, submit.kind], [traceId, callerSpan, 2]);
    assert.equal(submit.attributes["rpc.grpc.status_code"], 0);
    const below = (name: string): unknown[] =>
      spans
        .filter((span) => span.name === name)
        .map((span) => [span.node, span.traceId, span.parentSpanId === submit.spanId, span.status?.code ?? 0]);
    assert.deepEqual(below("scan task"), [["planner", traceId, true, 0]]);
    assert.deepEqual(below("scan subtask"), Array(3).fill(["prober", traceId, true, 0]));
    // Each subtask is stored within its span.
    const known = new Set(spans.map(({ spanId }) => spanId));
    const subtasks = spans.filter(({ name }) => name === "scan subtask").map(({ spanId }) => spanId);
    const commits = spans.filter(({ name }) => name === "store commit").map(({ parentSpanId }) => parentSpanId);
    for (const subtask of subtasks) assert.ok(commits.includes(subtask), `no commit of ${subtask}`);
    // Whatever is in this trace hangs together, and nothing else got into it.
    const inTrace = spans.filter((span) => span.traceId === traceId);
    for (const { parentSpanId = "" } of inTrace) assert.ok(parentSpanId === callerSpan || known.has(parentSpanId));
    // The heartbeats and looks of the supervisors, which go on for ever, belong to no trace. How often the state was asked for depends on the machine.
    const unasked = spans.filter(({ name }) => name !== "garrison.v1.ScanService/GetScan");
    assert.ok(unasked.length < 40, `${unasked.length} spans`);
    for (const secret of ["hunter2", site.url]) {
      for (const { body } of receiver.requests) assert.ok(!body.includes(secret), `${secret} is in a span`);
    }
  });
});
