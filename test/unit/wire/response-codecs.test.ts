import assert from "node:assert/strict";
import fc from "fast-check";
import {
  eventService,
  runService,
  WireError,
  type EventRecord,
  type ReportedEvent,
  type Run,
  type Step,
} from "../../../src/wire/index.ts";

const event: ReportedEvent = {
  id: "e1",
  source: "edr",
  kind: "ransomware",
  logsource: { product: "windows", service: "sysmon" },
  occurredAtMs: 1_700_000_000_000,
  data: { host: "pc-7", list: [1, null, { deep: true }], text: "größer" },
};

const record: EventRecord = {
  key: "edr/e1",
  state: "matched",
  event,
  receivedAtMs: 1_700_000_000_001,
  decidedAtMs: 1_700_000_000_002,
  catalog: "c".repeat(64),
  runs: [{ id: "r1", binding: "b", playbook: "isolate", because: "encrypts" }],
  suppressed: [
    { binding: "b", playbook: "tell", reason: "duplicate" },
    { binding: "b", playbook: "block", reason: "rate" },
    { binding: "b", playbook: "block-more", reason: "depth" },
    { binding: "b", playbook: "block-again", reason: "cycle" },
  ],
  cause: [{ event: "edr/e0", playbook: "block" }],
};

const run: Run = {
  id: "r1",
  state: "waiting",
  event: "edr/e1",
  playbook: "isolate",
  version: "v".repeat(64),
  binding: "b",
  priority: 0,
  createdAtMs: 1,
  startedAtMs: 2,
  endedAtMs: 3,
  node: "node-1",
  executions: 2,
  steps: { started: 3, done: 1, failed: 1 },
  output: null,
  failure: { reason: "crashed", message: "" },
  filter: "no",
  question: {
    steps: [2, 3],
    text: "had it its effect?",
    asks: [
      { step: 2, kind: "unknown", text: "look", inArgs: [], outArgs: [] },
      {
        step: 3,
        kind: "manual",
        text: "isolate it",
        inArgs: [{ name: "__host__", value: "" }, { name: "__user__" }],
        outArgs: [
          { name: "__ticket__", type: "integer", description: "of the case" },
          { name: "__b__", type: "bool" },
        ],
      },
    ],
  },
  waitsUntilMs: 9,
  retryOf: "r0",
  log: [{ atMs: 4, level: "warn", text: "late" }],
};

const step: Step = {
  n: 1,
  name: "block",
  by: "thread",
  state: "unknown",
  idempotent: false,
  input: [],
  startedAtMs: 5,
  executions: 1,
  failure: { code: "timeout", message: "" },
};

describe("messages of events and runs", () => {
  it("come back as they were sent, with every field and with none that may be absent", () => {
    const { getEvent, explainEvent, streamEvents } = eventService;
    assert.deepEqual(getEvent.response.decode(getEvent.response.encode({ event: record })), { event: record });
    const bare: ReportedEvent = { id: "", kind: "", data: {} };
    const message = { sequence: Number.MAX_SAFE_INTEGER, events: [event, bare] };
    assert.deepEqual(streamEvents.request.decode(streamEvents.request.encode(message)), message);
    const explained = {
      catalog: "c",
      choices: [
        {
          binding: "b",
          playbook: "p",
          version: "v",
          priority: 255,
          because: "",
          title: "t",
          suppressed: "rate" as const,
          variables: { __address__: "10.0.0.7", __empty__: "" },
        },
        { binding: "b", playbook: "q", version: "v", priority: 0, because: "x", variables: {} },
      ],
    };
    assert.deepEqual(explainEvent.response.decode(explainEvent.response.encode(explained)), explained);
    const { getRun, listSteps } = runService;
    assert.deepEqual(getRun.response.decode(getRun.response.encode({ run })), { run });
    const least: Run = {
      id: "r",
      state: "queued",
      event: "e",
      playbook: "p",
      version: "",
      priority: 0,
      createdAtMs: 0,
      executions: 0,
      steps: { started: 0, done: 0, failed: 0 },
      log: [],
    };
    assert.deepEqual(getRun.response.decode(getRun.response.encode({ run: least })), { run: least });
    const steps = {
      steps: [step, { ...step, by: "person" as const, state: "aborted" as const }],
      nextPageToken: "next",
    };
    assert.deepEqual(listSteps.response.decode(listSteps.response.encode(steps)), steps);
  });

  it("carry playbooks with what CACAO says of itself, and without", () => {
    const { listPlaybooks, getPlaybook, startRun } = runService;
    const bare = { id: "m", version: "v", kind: "module", bindings: [], actions: [], secrets: [] };
    const cacao = {
      id: "playbook--1",
      modified: "2026-01-01T00:00:00Z",
      markings: ["TLP:AMBER"],
      signatures: [
        { state: "trusted", by: "The SOC", reason: "it fits" },
        { state: "unverified", reason: "" },
      ],
      validFromMs: 1,
      validUntilMs: 2,
      warnings: 3,
      external: [{ name: "__address__", type: "ipv4-addr" }],
    };
    const least = { id: "p", modified: "", markings: [], signatures: [], warnings: 0, external: [] };
    const playbooks = [bare, { ...bare, kind: "cacao", title: "t", cacao }, { ...bare, cacao: least }];
    const listing = { catalog: "c", playbooks, problems: [] };
    assert.deepEqual(listPlaybooks.response.decode(listPlaybooks.response.encode(listing)), listing);
    for (const one of [{ playbook: bare }, { playbook: { ...bare, cacao }, code: '{"type":"playbook"}' }]) {
      assert.deepEqual(getPlaybook.response.decode(getPlaybook.response.encode(one)), one);
    }
    const request = { playbook: "p", event, variables: { __address__: "10.0.0.7" } };
    assert.deepEqual(startRun.request.decode(startRun.request.encode(request)), request);
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`__v${at}__`, ""]));
    for (const variables of [many, { __long__: "x".repeat(65_537) }]) {
      assert.throws(() => startRun.request.decode(startRun.request.encode({ ...request, variables })), {
        code: "invalid",
      });
    }
  });

  it("carry the three answers about a step, also an empty reason and null", () => {
    const { request } = runService.answerRun;
    const answers = {
      id: "r1",
      answers: [
        { step: 1, done: null },
        { step: 2, failed: "" },
        { step: 3, repeat: true as const },
      ],
    };
    assert.deepEqual(request.decode(request.encode(answers)), answers);
  });

  it("keep any JSON object as the data of an event", () => {
    const { request } = eventService.reportEvents;
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (written) => {
        const data = JSON.parse(JSON.stringify(written)) as ReportedEvent["data"];
        const { events } = request.decode(request.encode({ events: [{ id: "a", kind: "b", data }] }));
        assert.deepEqual(events[0]?.data, data);
      }),
    );
  });

  it("that are anything else are refused as such, never with another error", () => {
    const codecs = [eventService.reportEvents, eventService.streamEvents, runService.answerRun, runService.startRun];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...codecs), (bytes, { request }) => {
        try {
          request.decode(bytes);
        } catch (error) {
          assert.ok(error instanceof WireError && (error.code === "malformed" || error.code === "invalid"));
        }
      }),
    );
  });
});
