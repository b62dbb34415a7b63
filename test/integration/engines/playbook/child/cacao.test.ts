import assert from "node:assert/strict";
import type { NodeCommands, RunEnd, StepResult } from "../../../../../src/engines/playbook/index.ts";
import { action } from "../../../../support/cacao/playbook-source.ts";
import { TestSshServer, sshKeys } from "../../../../support/ssh-server.ts";
import { until } from "../../../../support/until.ts";
import { CacaoProcesses, type CacaoProcessRun } from "./cacao-processes.ts";
import { HttpTarget } from "./http-target.ts";

/** Says what happened otherwise. */
const isDone = (end: RunEnd | undefined, run: CacaoProcessRun): void => {
  assert.equal(end?.type, "done", JSON.stringify([end, run.lines, run.kept.steps]));
};
const answers = (facts: Readonly<Record<string, string>>): StepResult => ({
  state: "done",
  output: { text: "", truncated: false, facts },
});
const codeOf = (run: CacaoProcessRun, n: number): string | undefined => {
  const result = run.kept.step(n).end?.result;
  return result?.state === "failed" ? result.error.code : result?.state;
};

describe("a CACAO playbook in its process", () => {
  const target = new HttpTarget();
  const nodes: { readonly name: string; isAborted: boolean }[] = [];
  const nodeCommands: NodeCommands = {
    run: ({ name }, signal) => {
      const call = { name, isAborted: false };
      nodes.push(call);
      return new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          call.isAborted = true;
          resolve({ state: "failed", error: { code: "threw", message: "stopped" } });
        });
      });
    },
  };
  const key = sshKeys("ed25519");
  const processes = new CacaoProcesses({
    nodeCommands,
    pool: { spare: 2 },
    secrets: { "ssh-password": { value: "from the node" } },
    // Its host key, whatever its port.
    cacao: { ssh: true, manualTimeoutMs: 60_000, knownHosts: [`* ${key.publicKey}`], authorities: [], repeats: [] },
  });
  /** Of which the last one that was started executes the run. */
  const single = new CacaoProcesses();
  const hasCome = (request: string, times = 1): Promise<void> =>
    until(
      () => target.count(request) >= times,
      () => target.requests,
    );

  it("acts over HTTP on its threads and ends with its variables", async () => {
    const run = processes.runOf(
      {
        agents: { target: target.agent },
        variables: { __ip__: null, __host__: { value: null, external: true } },
        steps: {
          look: action("GET /hosts/__host__:value", { agent: "target", out_args: ["__ip__"], on_completion: "block" }),
          block: action("PUT /blocked/__ip__:value", { agent: "target" }),
        },
      },
      { variables: { __host__: "web 1" } },
    );
    const end = await run.end();
    isDone(end, run);
    assert.deepEqual(target.requests, ["GET /hosts/web%201", "PUT /blocked/192.0.2.7"]);
    assert.match(JSON.stringify(end), /"__ip__":"192\.0\.2\.7"/);
  });

  it("fails as a step when one fails and nothing makes up for it", async () => {
    const run = processes.runOf({
      agents: { target: { ...target.agent, port: "1" } },
      steps: { look: action("GET /", { agent: "target" }) },
    });
    const end = await run.end();
    assert.ok(end.type === "failed" && end.reason === "step", JSON.stringify(end));
    assert.match(end.message, /look/);
  });

  it("is invalid when its code is no bundle of playbooks that can be executed", async () => {
    const run = processes.runOf({
      steps: { look: { type: "action", commands: [{ type: "powershell", command: "x" }] } },
    });
    const end = await run.end();
    assert.ok(end.type === "failed" && end.reason === "invalid", JSON.stringify(end));
    assert.match(end.message, /powershell/);
  });

  it("goes on after its process was killed, and repeats nothing whose end is kept", async () => {
    const run = single.runOf({
      agents: { target: target.agent },
      steps: {
        both: { type: "parallel", next_steps: ["order", "hold"], on_completion: "last" },
        order: action(["POST /order", "PUT /after"], { agent: "target" }),
        hold: action("GET /hold", { agent: "target" }),
        last: action("POST /last", { agent: "target" }),
      },
    });
    run.begin();
    await hasCome("GET /hold");
    await until(
      () => run.kept.ends.length === 2,
      () => run.kept.steps,
    );
    const lost = await run.kill();
    assert.equal(lost?.type, "lost");
    const again = run.begin();
    await hasCome("GET /hold", 2);
    target.release();
    isDone(await again.ended, run);
    assert.deepEqual([...target.requests].sort(), [
      "GET /hold",
      "GET /hold",
      "POST /last",
      "POST /order",
      "PUT /after",
    ]);
  });

  it("waits without a process for a delay, and goes on when its time is over", async () => {
    const hourMs = 3_600_000;
    const run = processes.runOf({
      agents: { target: target.agent },
      steps: { late: action("PUT /late", { agent: "target", delay: hourMs }) },
    });
    const first = await run.end();
    const { startedAtMs } = run.kept.step(1);
    assert.ok(first.type === "waits" && first.untilMs !== undefined, JSON.stringify(first));
    assert.ok(Math.abs(first.untilMs - startedAtMs - hourMs) < 1_000, `${first.untilMs} after ${startedAtMs}`);
    run.passTime(hourMs / 2);
    const second = await run.end();
    assert.ok(second.type === "waits" && second.untilMs !== undefined, JSON.stringify(second));
    assert.equal(second.untilMs, startedAtMs + hourMs / 2);
    run.passTime(hourMs / 2);
    isDone(await run.end(), run);
    assert.deepEqual(target.requests, ["PUT /late"]);
    assert.deepEqual(run.started, ["delay", "http-api"]);
  });

  const questions = (agent: HttpTarget["agent"]) =>
    ({
      agents: { target: agent, person: { type: "individual", name: "on call" } },
      variables: { __ip__: null },
      steps: {
        both: { type: "parallel", next_steps: ["ask", "hold"], on_completion: "block" },
        ask: action("Which address?", { agent: "person", out_args: ["__ip__"] }, "manual"),
        hold: action("GET /hold", { agent: "target" }),
        block: action("PUT /blocked/__ip__:value", { agent: "target" }),
      },
    }) as const;

  it("takes the answer of a person while another branch goes on", async () => {
    const run = processes.runOf(questions(target.agent));
    const execution = run.begin();
    const n = await run.hasStarted("manual");
    await hasCome("GET /hold");
    execution.answer(n, answers({ __ip__: "192.0.2.9" }));
    await until(
      () => run.kept.step(n).end !== undefined,
      () => run.kept.steps,
    );
    target.release();
    isDone(await execution.ended, run);
    assert.deepEqual(target.requests, ["GET /hold", "PUT /blocked/192.0.2.9"]);
  });

  it("waits without a process for a person, and goes on with the answer", async () => {
    const run = processes.runOf(questions(target.agent));
    const execution = run.begin();
    await hasCome("GET /hold");
    target.release();
    const end = await execution.ended;
    assert.equal(end.type, "waits", JSON.stringify(end));
    assert.notEqual(end.type === "waits" ? end.untilMs : undefined, undefined, "a manual command has a timeout");
    run.kept.end(await run.hasStarted("manual"), answers({ __ip__: "192.0.2.8" }));
    isDone(await run.end(), run);
    assert.deepEqual(target.requests, ["GET /hold", "PUT /blocked/192.0.2.8"]);
  });

  it("aborts what the other branches do when one fails: on a thread, and on its node", async () => {
    const run = processes.runOf({
      agents: { target: target.agent, closed: { ...target.agent, port: "1" } },
      steps: {
        all: { type: "parallel", next_steps: ["hold", "shell", "fails"] },
        hold: action("GET /hold", { agent: "target" }),
        shell: action("sleep 1000", { agent: "target" }, "bash"),
        fails: action(["GET /", "GET /hold/2"], { agent: "closed" }),
      },
    });
    const end = await run.end();
    assert.ok(end.type === "failed" && end.reason === "step", JSON.stringify([end, run.kept.steps]));
    assert.match(end.message, /fails/);
    assert.deepEqual(
      run.kept.steps.map(({ name, by, n }) => `${name} by ${by} ${codeOf(run, n)}`),
      ["http-api by thread aborted", "bash by node aborted", "http-api by thread threw"],
    );
    assert.deepEqual(nodes.splice(0), [{ name: "bash", isAborted: true }]);
    if (target.count("GET /hold") > 0) {
      await until(
        () => target.aborted.length === 1,
        () => target.aborted,
      );
    }
  });

  it("is cancelled with what its node does for it", async () => {
    const run = processes.runOf({
      agents: { target: target.agent },
      steps: { shell: action("sleep 1000", { agent: "target" }, "bash") },
    });
    const execution = run.begin();
    await until(
      () => nodes.length === 1,
      () => run.kept.steps,
    );
    execution.cancel();
    assert.deepEqual(await execution.ended, { type: "cancelled" });
    assert.deepEqual(nodes.splice(0), [{ name: "bash", isAborted: true }]);
  });

  describe("that uses ssh", () => {
    let server: TestSshServer;
    before(async () => {
      server = await TestSshServer.start({
        hostKeys: [key.privateKey],
        users: { respond: { password: "from the node" } },
      });
    });
    after(() => server.stop());

    it("logs in from a thread, which loads no native code, with a secret of the node", async () => {
      const run = processes.runOf({
        agents: {
          machine: {
            type: "ssh",
            name: "machine",
            address: { ipv4: ["127.0.0.1"] },
            port: String(server.port),
            authentication_info: "user-auth--7d9cd5a0-3d3c-4c1b-9c3f-6d6b0a4f7c11",
          },
        },
        also: {
          authentication_info_definitions: {
            "user-auth--7d9cd5a0-3d3c-4c1b-9c3f-6d6b0a4f7c11": {
              type: "user-auth",
              username: "respond",
              kms: true,
              kms_key_identifier: "ssh-password",
            },
          },
        },
        steps: { stop: action("systemctl stop miner", { agent: "machine" }, "ssh") },
      });
      const end = await run.end();
      isDone(end, run);
      assert.deepEqual(server.commands, ["systemctl stop miner"]);
      assert.deepEqual(server.passwords, ["from the node"]);
      assert.equal(JSON.stringify([run.kept.steps, run.lines]).includes("from the node"), false);
    });
  });
});
