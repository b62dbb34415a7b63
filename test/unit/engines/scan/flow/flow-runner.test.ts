import assert from "node:assert/strict";
import { systemClock } from "../../../../../src/base/clock.ts";
import type { Json } from "../../../../../src/base/json.ts";
import type { FlowAnswer, FlowCall } from "../../../../../src/engines/scan/flow/index.ts";
import { FlowRunner } from "../../../../../src/engines/scan/flow/index.ts";
import { startFlowThread } from "../../../../support/engine-threads.ts";

const never = new AbortController().signal;

describe("flow scripts", () => {
  const flows = new FlowRunner({
    clock: systemClock,
    startThread: startFlowThread,
    maxThreads: 2,
    limits: { scriptMs: 300, calls: 50, memoryBytes: 8 * 1024 * 1024 },
  });
  after(() => flows.close());

  /** Runs a script; `values` is what `template` has, `matched` says which requests match. */
  const run = async (
    source: string,
    values: Readonly<Record<string, Json>> = {},
    matched: (id: string) => boolean = () => true,
  ): Promise<{
    readonly calls: readonly string[];
    readonly set: Record<string, Json>;
    readonly error: string | undefined;
  }> => {
    const calls: string[] = [];
    const set: Record<string, Json> = {};
    const host = (call: FlowCall): Promise<FlowAnswer> => {
      switch (call.type) {
        case "run":
          calls.push(`${call.protocol}(${call.ids.join(",")})`);
          return Promise.resolve({ value: call.ids.length === 0 || call.ids.every(matched) });
        case "get": {
          const value = set[call.name] ?? values[call.name];
          return Promise.resolve(value === undefined ? { missing: true } : { value });
        }
        case "names":
          return Promise.resolve({ value: Object.keys(values) });
        case "set":
          set[call.name] = call.value;
          return Promise.resolve({ value: null });
        case "log":
          calls.push(`log ${call.text}`);
          return Promise.resolve({ value: null });
      }
    };
    const { error } = await flows.run({ source, protocols: ["http", "dns"], host, signal: never });
    return { calls, set, error };
  };

  it("call requests as JavaScript decides", async () => {
    assert.deepEqual((await run("dns() && http(1, 'two')")).calls, ["dns()", "http(1,two)"]);
    assert.deepEqual((await run("http(1) && http(2)", {}, (id) => id !== "1")).calls, ["http(1)"]);
    assert.deepEqual((await run("http(1) || http(2)", {}, (id) => id !== "1")).calls, ["http(1)", "http(2)"]);
  });

  it("see values, set them, and iterate over what may be a list or not", async () => {
    const { calls, set, error } = await run(
      `for (const mail of iterate(template["one"], template.many, template.none, "z")) { set("mail", mail); http(mail); }
       log({ a: "one" in template, b: "none" in template, names: Object.keys(template) });`,
      { one: "a", many: ["b", "c"] },
    );
    assert.equal(error, undefined);
    assert.deepEqual(calls, [
      "http(a)",
      "http(b)",
      "http(c)",
      "http(z)",
      'log {"a":true,"b":false,"names":["one","many"]}',
    ]);
    assert.deepEqual(set, { mail: "z" });
  });

  it("know the values that a set value hides", async () => {
    const { calls } = await run(`log(template.x); set("x", 2); log(template.x); log(template.y)`, { x: 1 });
    assert.deepEqual(calls, ["log 1", "log 2", "log undefined"]);
  });

  it("have Dedupe", async () => {
    const { calls } = await run(`const d = new Dedupe(); d.Add("a"); d.Add(["b", "a"]); log(d.Values())`);
    assert.deepEqual(calls, ['log ["a","b"]']);
  });

  it("reach nothing of this machine", async () => {
    const { calls } = await run(
      `log([typeof require, typeof process, typeof fetch, typeof host, typeof protocols, typeof setTimeout, typeof std, typeof os])`,
    );
    assert.deepEqual(calls, [`log ${JSON.stringify(Array(8).fill("undefined"))}`]);
    const escape = await run(`log(typeof http.constructor("return process")())`);
    assert.match(escape.error ?? "", /process/);
  });

  it("end with an error that says why", async () => {
    assert.match((await run(`nothere()`)).error ?? "", /ReferenceError: .*nothere/);
    assert.match((await run(`throw new Error("why")`)).error ?? "", /Error: why/);
  });

  it("end when they take too long, too much memory or too many calls, and the next one runs", async () => {
    assert.match((await run(`for (;;) {}`)).error ?? "", /interrupted/);
    assert.match((await run(`const a = "x".repeat(1 << 26)`)).error ?? "", /memory/);
    assert.match((await run(`const f = () => f(); f()`)).error ?? "", /stack/i);
    const many = await run(`for (;;) http(1)`);
    assert.match(many.error ?? "", /more than 50 calls/);
    assert.equal(many.calls.length, 50);
    assert.deepEqual((await run(`log("alive")`)).calls, ["log alive"]);
  });

  it("do not count the time that requests take", async () => {
    const host = (call: FlowCall): Promise<FlowAnswer> =>
      new Promise((resolve) => setTimeout(() => resolve({ value: call.type }), 200));
    const { error } = await flows.run({
      source: "http(1); http(2); http(3)",
      protocols: ["http"],
      host,
      signal: never,
    });
    assert.equal(error, undefined);
  });

  it("end at once when the run is aborted, also in the middle of a request", async () => {
    const stop = new AbortController();
    const host = (): Promise<FlowAnswer> => {
      stop.abort();
      return new Promise(() => undefined);
    };
    assert.deepEqual(await flows.run({ source: "http(1)", protocols: ["http"], host, signal: stop.signal }), {
      error: "aborted",
    });
  });

  it("are run two at a time, the others wait", async () => {
    let most = 0;
    let now = 0;
    const host = async (): Promise<FlowAnswer> => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return { value: true };
    };
    await Promise.all(
      Array.from({ length: 6 }, () => flows.run({ source: "http(1)", protocols: ["http"], host, signal: never })),
    );
    assert.equal(most <= 2, true, `${most} at once`);
  });

  it("pass on what the host rejects with", async () => {
    const host = (): Promise<FlowAnswer> => Promise.reject(new Error("no slot"));
    await assert.rejects(flows.run({ source: "http(1)", protocols: ["http"], host, signal: never }), /no slot/);
  });
});
