import assert from "node:assert/strict";
import fc from "fast-check";
import protobuf from "protobufjs/minimal.js";
import { controlService, scanService, WireError, type Scan, type WireErrorCode } from "../../../src/wire/index.ts";

const bundle = "a".repeat(64);
const scan: Scan = {
  id: "one",
  spec: {
    target: "http://127.0.0.1/",
    bundle,
    options: {
      headers: [{ name: "X-One", value: "" }],
      variables: { user: "root" },
      timeoutMs: 1,
      retries: 0,
      proxy: "http://127.0.0.1:8080",
      rateLimit: 5,
      excludeHosts: ["10.0.0.0/8"],
    },
  },
  priority: 0,
  state: "running",
  submittedAtMs: 1_700_000_000_000,
  startedAtMs: 1_700_000_000_001,
  extraction: Number.MAX_SAFE_INTEGER,
  subtasks: { planned: 4, done: 1, failed: 0, cancelled: 0, dead: 1 },
  plannedRequests: 2 ** 40,
  endedRequests: 0,
  findings: 3,
  summary: {
    requests: { planned: 1, sent: 0, failed: 1, skipped: 0, unneeded: 0 },
    findings: 0,
    problems: [{ what: "refused", requests: 1, example: "" }],
    deadLetters: ["one"],
    complete: false,
  },
  lastError: "none",
};

const rejected = (code: WireErrorCode, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof WireError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, message);
  return true;
};

describe("messages", () => {
  it("come back as they were sent, absent fields as absent ones", () => {
    const { response } = scanService.getScan;
    assert.deepEqual(response.decode(response.encode({ scan })), { scan });
    const { id, spec, priority, subtasks, submittedAtMs, plannedRequests, endedRequests, findings } = scan;
    const young: Scan = {
      ...{ id, spec, priority, subtasks, submittedAtMs, plannedRequests, endedRequests, findings },
      state: "waiting",
    };
    assert.deepEqual(response.decode(response.encode({ scan: young })), { scan: young });
    const { response: queues } = controlService.listQueues;
    const queue = { space: "scan", name: "tasks", waiting: 1, delayed: 0, held: 0, claimed: 0, done: 0, failed: 0 };
    const waiting = { ...queue, cancelled: 0, dead: 0, oldestWaitingMs: 0 };
    assert.deepEqual(queues.decode(queues.encode({ queues: [waiting] })), { queues: [waiting] });
  });

  it("carry trees of actors", () => {
    const leaf = { incarnation: 7, phase: "running", busy: true, mailboxWaiting: 1, mailboxCapacity: 10 };
    const counts = { handled: 2 ** 50, dropped: 0, failures: 0, restarts: 0 };
    const child = { ...leaf, ...counts, path: "/a", children: [] };
    const nodes = [
      { node: "one", root: { ...child, path: "/", children: [child] }, error: "", state: "up", link: "" },
      { node: "two", error: "gone", state: "draining", link: "connecting" },
    ];
    const { response } = controlService.watchActors;
    assert.deepEqual(response.decode(response.encode({ nodes })), { nodes });
  });

  it("have defaults where the sender gives none", () => {
    const request = scanService.submitScan.request.decode(
      scanService.submitScan.request.encode({
        spec: { target: "http://a/", bundle, options: { headers: [], variables: {}, excludeHosts: [] } },
        priority: 0,
      }),
    );
    assert.equal(request.priority, 0);
    assert.equal("id" in request, false);
    // Only spec.target and spec.bundle.
    const target = Buffer.concat([Buffer.from([0x0a, 9]), Buffer.from("http://a/")]);
    const spec = Buffer.concat([target, Buffer.from([0x12, 64]), Buffer.from(bundle)]);
    const bare = scanService.submitScan.request.decode(Buffer.concat([Buffer.from([0x12, spec.length]), spec]));
    assert.equal(bare.priority, 100);
    assert.deepEqual(bare.spec.options, { headers: [], variables: {}, excludeHosts: [] });
  });

  it("with a number that JavaScript cannot hold are refused, those it can hold come exactly", () => {
    const withAge = (write: (writer: protobuf.Writer) => protobuf.Writer): Uint8Array => {
      const queue = write(protobuf.Writer.create().uint32(24)).finish();
      return protobuf.Writer.create().uint32(10).bytes(queue).finish();
    };
    const { decode } = controlService.listQueues.response;
    const ten = (value: string) => withAge((writer) => writer.uint64(value));
    assert.equal(decode(ten("9007199254740991")).queues[0]?.waiting, Number.MAX_SAFE_INTEGER);
    for (const value of ["9007199254740992", "9007199254740993", "18446744073709551615"]) {
      assert.throws(() => decode(ten(value)), rejected("invalid", /queues\.0\.waiting: above 2\^53/));
    }
  });

  it("with an enum value that is unspecified or not known are refused", () => {
    const state = (value: number): Uint8Array =>
      protobuf.Writer.create().uint32(26).fork().int32(value).ldelim().finish();
    const { decode } = scanService.listScans.request;
    assert.deepEqual(decode(state(1)).states, ["waiting"]);
    for (const value of [0, 8, -1])
      assert.throws(() => decode(state(value)), rejected("invalid", /states\.0: not one of/));
  });

  it("that are broken are refused with the field that is", () => {
    const { request } = controlService.watchActors;
    assert.throws(
      () => request.decode(request.encode({ node: "", intervalMs: 99 })),
      rejected("invalid", /intervalMs/),
    );
    const { request: replay } = controlService.replayDeadLetters;
    const many = Array.from({ length: 1_001 }, (_, index) => `id-${index}`);
    assert.throws(() => replay.decode(replay.encode({ queue: "scan/tasks", ids: many })), rejected("invalid", /ids/));
    assert.throws(() => replay.decode(replay.encode({ queue: "tasks", ids: ["a"] })), rejected("invalid", /queue/));
    const { request: get } = scanService.getScan;
    for (const id of ["A", "a".repeat(58), "a.scan", "../a", "a/b"]) {
      assert.throws(() => get.decode(get.encode({ id })), rejected("invalid", /GetScanRequest: id: not a scan id/), id);
    }
    assert.throws(() => get.decode(Buffer.alloc(0)), rejected("invalid", /GetScanRequest: id: is missing/));
  });

  it("decode any bytes to a message or a WireError, nothing else", () => {
    const methods = [...Object.values(scanService), ...Object.values(controlService)];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: methods.length - 1 }), (bytes, index) => {
        try {
          methods[index]?.request.decode(bytes);
        } catch (error) {
          assert.ok(error instanceof WireError, String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
