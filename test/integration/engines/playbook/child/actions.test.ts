import assert from "node:assert/strict";
import { RealRuns } from "./real-runs.ts";

/** An action that ends once so many have begun that none of them could have waited for another, each on its thread. */
const meet = `
  import { BroadcastChannel, threadId } from "node:worker_threads";
  const meet = (count) => new Promise((resolve) => {
    const present = new Set([threadId]);
    const channel = new BroadcastChannel("meeting");
    const call = setInterval(() => channel.postMessage([...present]), 5);
    channel.onmessage = ({ data }) => {
      for (const id of data) present.add(id);
      if (present.size < count) return;
      channel.postMessage([...present]);
      clearInterval(call);
      channel.close();
      resolve(threadId);
    };
  });`;

describe("the actions of a module playbook", () => {
  const runs = new RealRuns({
    secrets: { token: { value: "s3cret" }, other: { value: "not named" } },
    child: { actionTimeoutMs: 400 },
  });

  it("run beside each other, each on a thread of its own", async () => {
    const output = await runs.output(`${meet}
      export const actions = { meet: { timeoutMs: 20_000, run: meet } };
      export const onStart = (event, run) => run.all([4, 4, 4, 4].map((count) => run.act("meet", count)));`);
    assert.equal(new Set(output as readonly number[]).size, 4);
  });

  it("wait in line when there are as many as threads", async () => {
    const output = await runs.output(`
      import { threadId } from "node:worker_threads";
      export const actions = { wait: async (n) => [n, threadId] };
      export const onStart = (event, run) => run.all(Array.from({ length: 40 }, (_, n) => run.act("wait", n)));`);
    const done = output as readonly (readonly [number, number])[];
    assert.deepEqual(
      done.map(([n]) => n),
      Array.from({ length: 40 }, (_, n) => n),
    );
    assert.ok(new Set(done.map(([, threadId]) => threadId)).size <= 4);
  });

  it("get the secrets that the playbook names, a key for each step, and no environment", async () => {
    const output = await runs.output(`
      export const secrets = ["token", "missing"];
      const attempt = (secret, name) => { try { return secret(name); } catch (error) { return error.message; } };
      export const actions = {
        look: (input, { secret, idempotencyKey, runId, step }) =>
          [["token", "missing", "other"].map((name) => attempt(secret, name)), idempotencyKey === runId + "-" + step, step, process.env],
      };
      export const onStart = async (event, run) => [await run.act("look"), await run.act("look")];`);
    const secrets = [
      "s3cret",
      'the node has no secret "missing": add it to respond.secrets',
      'the playbook does not name "other" in its secrets',
    ];
    assert.deepEqual(output, [
      [secrets, true, 1, {}],
      [secrets, true, 2, {}],
    ]);
  });

  it("fail one by one, each with its reason, and leave the run as it is", async () => {
    const { end, kept } = await runs.end(`
      export const actions = {
        throws: () => { throw new Error("refused", { cause: new Error("by the firewall") }); },
        loops: { timeoutMs: 100, run: () => { for (;;); } },
        heeds: { timeoutMs: 100, run: (input, { signal }) => new Promise((resolve) => signal.addEventListener("abort", resolve)) },
        exits: () => process.exit(7),
        crashes: () => new Promise(() => { setTimeout(() => { throw new Error("later"); }); }),
        eats: { timeoutMs: 20_000, run: () => { const all = []; for (;;) all.push(new Array(10_000).fill({})); } },
        large: () => "x".repeat(70_000),
        deep: () => { let value = 1; for (let n = 0; n < 100; n += 1) value = [value]; return value; },
        infinite: () => ({ rate: Infinity }),
        method: () => ({ run() {} }),
        waits: () => new Promise(() => undefined),
      };
      export const onStart = async (event, run) => {
        const names = [...Object.keys(actions), "absent"];
        const outcomes = await run.join(names.map((name) => run.act(name)));
        return Object.fromEntries(outcomes.map(({ error }, at) => [names[at], error]));
      };`);
    assert.equal(end.type, "done", JSON.stringify([end, kept.lines]));
    const errors = end.output as Readonly<Record<string, { readonly code: string; readonly message: string }>>;
    const codes = Object.fromEntries(Object.entries(errors).map(([name, { code }]) => [name, code]));
    assert.deepEqual(codes, {
      throws: "threw",
      loops: "timeout",
      heeds: "timeout",
      exits: "died",
      crashes: "died",
      eats: "died",
      large: "too-large",
      deep: "too-large",
      infinite: "not-json",
      method: "not-json",
      waits: "timeout",
      absent: "unknown-action",
    });
    assert.equal(errors["throws"]?.message, "refused: by the firewall");
    assert.equal(errors["loops"]?.message, "loops took longer than 100 ms");
    assert.match(errors["eats"]?.message ?? "", /more than 64 MB/);
    assert.match(errors["crashes"]?.message ?? "", /later/);
    assert.match(errors["infinite"]?.message ?? "", /"rate" is Infinity/);
    assert.equal(kept.ends.length, 12);
  });

  it("write lines to the log of the run, at most so many and so long", async () => {
    const { kept } = await runs.end(`
      export const actions = { speak: (input, { log }) => { log("warn", "from a thread"); log("loud", { not: "text" }); } };
      export const onStart = async (event, run) => {
        run.log("error", "y".repeat(5_000));
        await run.act("speak");
      };`);
    const [long, ...lines] = kept.lines.map(({ level, text }) => [level, text]);
    assert.deepEqual(long, ["error", `${"y".repeat(999)}…`]);
    assert.deepEqual(lines, [
      ["warn", "from a thread"],
      ["info", "{ not: 'text' }"],
    ]);
  });
});
