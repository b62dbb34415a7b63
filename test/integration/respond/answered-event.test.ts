import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { lives } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";
import type { GarrisonClient, Run } from "../../../src/client/index.ts";
import { isolate, RespondNode } from "./respond-node.ts";

const event = (id: string, kind: string, data: Readonly<Record<string, string>>) => ({ id, source: "edr", kind, data });

describe("a node with playbooks", function () {
  this.timeout(60_000);
  const folder = tempDir("respond");
  let node: RespondNode;
  let client: GarrisonClient;

  before(async () => {
    await built();
    node = new RespondNode(folder.path, { respond: "  pool: { spare: 1, max: 3, warmThreads: 1 }\n" });
    client = await node.client();
  });
  after(async () => {
    await node.stop();
    folder.remove();
  });

  const ended = async (id: string): Promise<Run> => {
    let last: Run | undefined;
    for await (const run of client.runs.watch(id, new AbortController().signal)) last = run;
    assert.ok(last);
    return last;
  };

  const decided = async (key: string) => {
    let record = await client.events.get(key);
    await until(
      async () => (record = await client.events.get(key)).state !== "waiting",
      () => record,
    );
    return record;
  };

  it("answers an event: stored, matched, executed in a process of its own, with a timeline", async () => {
    const [receipt] = await client.events.report([event("e1", "ransomware", { host: "pc-7", action: "encrypt" })]);
    assert.deepEqual(receipt, { key: "edr/e1", known: false });
    const { state, runs } = await decided("edr/e1");
    assert.equal(state, "matched");
    const [made] = runs;
    assert.deepEqual([made?.binding, made?.playbook], ["ransomware", "isolate"]);
    const run = await ended(made?.id ?? "");
    assert.equal(run.state, "done", JSON.stringify(run));
    assert.deepEqual(run.output, { blocked: "pc-7", chars: "isolating pc-7".length });
    assert.deepEqual(run.steps, { started: 2, done: 2, failed: 0 });
    assert.deepEqual([run.event, run.binding, run.node], ["edr/e1", "ransomware", "node-1"]);
    assert.ok(run.log.some(({ text }) => text === "isolating pc-7"));
    const { steps } = await client.runs.steps(run.id);
    assert.deepEqual(
      steps.map(({ n, name, state, output }) => ({ n, name, state, output })),
      [
        { n: 1, name: "block", state: "done", output: { blocked: "pc-7" } },
        { n: 2, name: "tell", state: "done", output: 14 },
      ],
    );
    assert.deepEqual(await client.events.report([event("e1", "ransomware", { host: "pc-7", action: "encrypt" })]), [
      { key: "edr/e1", known: true },
    ]);
    assert.deepEqual(
      (await client.runs.list({ event: "edr/e1" })).runs.map(({ id }) => id),
      [run.id],
    );
  });

  it("records what no binding is for, and says beforehand what would run", async () => {
    await client.events.report([event("e2", "ransomware", { host: "pc-8", action: "read" })]);
    assert.equal((await decided("edr/e2")).state, "unmatched");
    const explained = await client.events.explain(event("e3", "ransomware", { action: "ENCRYPT" }));
    assert.deepEqual(
      explained.choices.map(({ binding, playbook, title }) => ({ binding, playbook, title })),
      [{ binding: "ransomware", playbook: "isolate", title: "Ransomware on a host" }],
    );
    await assert.rejects(client.events.get("edr/e3"), { code: "not-found" });
  });

  it("ends a run within a second when it is cancelled, and makes another one of it", async () => {
    const started = await client.runs.start("endless", event("e4", "mining", {}));
    assert.equal(started.known, false);
    let run = await client.runs.get(started.id);
    await until(
      async () => (run = await client.runs.get(started.id)).steps.started === 1,
      () => run,
      10_000,
    );
    const children = node.children();
    assert.equal(await client.runs.cancel(started.id), true);
    assert.equal((await ended(started.id)).state, "cancelled");
    await until(
      () => children.filter(lives).length < children.length,
      () => children,
      1_000,
    );
    assert.equal(await client.runs.cancel(started.id), false);
    const again = await client.runs.retry(started.id);
    assert.equal((await client.runs.get(again.id)).retryOf, started.id);
    assert.equal(await client.runs.cancel(again.id), true);
    await assert.rejects(client.runs.start("none", event("e5", "mining", {})), { code: "not-found" });
    await assert.rejects(client.runs.answer(again.id, [{ step: 1, repeat: true }]), { code: "failed-precondition" });
  });

  it("lists its playbooks with what they export, and its queues", async () => {
    const { playbooks, problems } = await client.runs.playbooks();
    assert.deepEqual(problems, []);
    assert.deepEqual(
      playbooks.map(({ id, kind, bindings, actions, title }) => ({
        id,
        kind,
        bindings,
        actions: [...actions].sort(),
        title,
      })),
      [
        { id: "endless", kind: "module", bindings: ["mining"], actions: ["wait"], title: undefined },
        {
          id: "isolate",
          kind: "module",
          bindings: ["ransomware"],
          actions: ["block", "tell"],
          title: "Isolate a host",
        },
      ],
    );
    const queues = (await client.control.queues()).filter(({ space }) => space === "respond");
    assert.deepEqual(queues.map(({ name }) => name).sort(), ["events", "runs"]);
  });

  it("takes a playbook that was changed for the next run", async () => {
    const before = (await client.runs.playbooks()).catalog;
    writeFileSync(join(folder.path, "playbooks", "isolate.js"), isolate.replace("Isolate a host", "Cut a host off"));
    await until(
      async () => (await client.runs.playbooks()).catalog !== before,
      () => before,
      10_000,
    );
    const { playbooks } = await client.runs.playbooks();
    assert.equal(playbooks.find(({ id }) => id === "isolate")?.title, "Cut a host off");
  });

  it("shows what became of events and runs, and how many processes it has", async () => {
    assert.equal(await node.metric(/^garrison_events_stored_total\{status="known"\} (\d+)/m), 1);
    assert.equal(await node.metric(/^garrison_run_seconds_count\{state="done",reason=""\} (\d+)/m), 1);
    assert.ok(Number(await node.metric(/^garrison_event_decision_seconds_count\{state="matched"\} (\d+)/m)) >= 1);
    await until(
      async () => (await node.metric(/^garrison_playbook_processes\{state="spare"\} (\d+)/m)) === 1,
      () => node.children(),
      10_000,
    );
  });

  it("leaves no process behind when it ends, though one of its runs is under way", async () => {
    await client.events.report([event("e6", "mining", {})]);
    const { runs } = await decided("edr/e6");
    const [made] = runs;
    await until(
      async () => (await client.runs.get(made?.id ?? "")).steps.started === 1,
      () => made,
      10_000,
    );
    const children = node.children();
    assert.ok(children.length >= 1);
    const { code, stderr } = await node.service.end("SIGTERM");
    assert.equal(code, 0, stderr);
    assert.deepEqual(children.filter(lives), []);
  });
});

describe("a node without playbooks", function () {
  this.timeout(60_000);
  const folder = tempDir("respond-none");
  let node: RespondNode | undefined;
  before(built);
  after(async () => {
    await node?.stop();
    folder.remove();
  });

  it("starts no process for them, and records every event as unmatched", async () => {
    node = new RespondNode(folder.path, { playbooks: {} });
    const client = await node.client();
    await client.events.report([event("e1", "mining", {})]);
    await until(
      async () => (await client.events.get("edr/e1")).state === "unmatched",
      () => undefined,
    );
    assert.equal(await node.metric(/^garrison_playbook_processes_started_total (\d+)/m), 0);
    assert.deepEqual(node.children(), []);
  });
});
