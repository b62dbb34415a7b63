import assert from "node:assert/strict";
import type { Timer } from "../../../../../src/base/clock.ts";
import { nextTurn } from "../../../../../src/base/event-loop.ts";
import { timerInput } from "../../../../../src/engines/playbook/child/run/executors/timer-input.ts";
import { JournaledRun } from "../../../../../src/engines/playbook/child/run/journaled-run.ts";
import { RunLog } from "../../../../../src/engines/playbook/child/run/run-log.ts";
import type { StepRequest } from "../../../../../src/engines/playbook/child/run/steps.ts";
import type { ActionJob } from "../../../../../src/engines/playbook/child/threads/action-thread.ts";
import type { JournaledStep, StepResult } from "../../../../../src/engines/playbook/index.ts";
import type { FromChild } from "../../../../../src/engines/playbook/protocol/messages.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";

const action: StepRequest = { name: "http-api", input: {}, by: "thread", idempotent: true };
const question: StepRequest = { name: "manual", input: {}, by: "person", idempotent: true };
const scan: StepRequest = { name: "garrison", input: {}, by: "node", idempotent: true };
const wait = (ms: number): StepRequest => ({
  name: "delay",
  input: timerInput("step", ms),
  by: "timer",
  idempotent: true,
});
const done = (output: string): StepResult => ({ state: "done", output });
const stateOf = (result: StepResult): string => (result.state === "done" ? "done" : result.error.code);

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 8; turn += 1) await nextTurn();
};

interface Options {
  readonly journal?: readonly JournaledStep[];
  readonly clock?: ManualClock;
  /** The node keeps nothing by itself. */
  readonly byHand?: boolean;
}

/** A run whose node keeps what it is told at once, and whose threads do nothing by themselves. */
const open = ({ journal = [], clock = new ManualClock(), byHand = false }: Options = {}) => {
  const said: FromChild[] = [];
  const jobs = new Map<number, ActionJob>();
  const abortedJobs: number[] = [];
  const heard: string[] = [];
  const run: JournaledRun = new JournaledRun({
    load: {
      type: "load",
      runId: "run-1",
      playbook: { id: "tested", version: "0", kind: "cacao", file: "" },
      event: { id: "1", source: "sensor", kind: "mining", data: {} },
      startedAtMs: 0,
      variables: {},
      journal,
      secrets: {},
      egress: [],
      maxThreads: 1,
      actionTimeoutMs: 1_000,
      cacao: { ssh: true, manualTimeoutMs: 1, knownHosts: [], authorities: [], repeat: {} },
    },
    threads: {
      run: (job) => void jobs.set(job.n, job),
      takeWaiting: () => [],
      abort: () => undefined,
      abortStep: (n) => void abortedJobs.push(n),
    },
    log: new RunLog(() => undefined, clock),
    clock,
    knows: () => true,
    isBusy: () => false,
    tell: (message) => {
      said.push(message);
      if (byHand) return;
      if (message.type === "started") run.startsKept(message.steps.at(-1)?.n ?? 0);
      if (message.type === "ended") run.endsKept(message.ends.map(({ n }) => n));
    },
  });
  let end: string | undefined;
  void run.ending.then((conclusion) => {
    end = conclusion.type === "waits" ? `waits ${String(conclusion.untilMs)}` : conclusion.type;
  });
  return {
    run,
    clock,
    said,
    jobs,
    abortedJobs,
    heard,
    start: (request: StepRequest): number => {
      const n: number = run.start(request, (result) => heard.push(`${n} ${stateOf(result)}`));
      return n;
    },
    /** How it ended; undefined: it has not. */
    end: async (): Promise<string | undefined> => {
      await settle();
      return end;
    },
  };
};

/** As the clock of a machine, which shortens what is too long for it. */
class ShorteningClock extends ManualClock {
  override after(delayMs: number, run: () => void): Timer {
    return super.after(Math.min(delayMs, 2 ** 31 - 1), run);
  }
}

/** As an earlier execution has kept it. */
const kept = (request: StepRequest, n: number, startedAtMs: number): JournaledStep => ({
  n,
  name: request.name,
  input: request.input,
  by: request.by,
  idempotent: request.idempotent,
  heard: 0,
  startedAtMs,
});

describe("a step by timer", () => {
  it("ends when its time is over since its start was kept, and not before", async () => {
    const { start, clock, heard } = open();
    start(action);
    start(wait(5_000));
    await settle();
    clock.advance(4_999);
    await settle();
    assert.deepEqual(heard, []);
    clock.advance(1);
    await settle();
    assert.deepEqual(heard, ["2 done"]);
  });

  it("goes on with the time that is left in another execution, and is over at once when none is", async () => {
    const clock = new ManualClock();
    const nowMs = clock.wallMs();
    const journal = [kept(wait(60_000), 1, nowMs - 50_000), kept(wait(60_000), 2, nowMs - 70_000), kept(action, 3, 0)];
    const { start, heard } = open({ clock, journal });
    for (const request of [wait(60_000), wait(60_000), action]) start(request);
    clock.advance(0);
    await settle();
    assert.deepEqual(heard, ["2 done"]);
    clock.advance(9_999);
    await settle();
    assert.deepEqual(heard, ["2 done"]);
    clock.advance(1);
    await settle();
    assert.deepEqual(heard, ["2 done", "1 done"]);
  });

  it("lasts as long as it was kept, whatever the settings say since", async () => {
    const clock = new ManualClock();
    const { start, heard } = open({ clock, journal: [kept(wait(1_000), 1, clock.wallMs()), kept(action, 2, 0)] });
    start(wait(9_000));
    start(action);
    await settle();
    clock.advance(1_000);
    await settle();
    assert.deepEqual(heard, ["1 done"]);
  });

  it("may last longer than a timer of the system can", async () => {
    const days = 86_400_000;
    const { start, clock, heard } = open({ clock: new ShorteningClock() });
    start(action);
    start(wait(60 * days));
    await settle();
    clock.advance(59 * days);
    await settle();
    assert.deepEqual(heard, []);
    clock.advance(days);
    await settle();
    assert.deepEqual(heard, ["2 done"]);
  });

  it("fails the run when it was something else before", async () => {
    const { start, end } = open({ journal: [kept(wait(1_000), 1, 0)] });
    assert.throws(() => start({ ...wait(1_000), by: "person" }), /step 1 \(delay\) was by timer and is now by person/);
    assert.equal(await end(), "failed");
  });
});

describe("a step by a person or the node", () => {
  it("ends as its node says, and no other way", async () => {
    const { run, start, said, heard, clock } = open();
    start(question);
    start(scan);
    start(action);
    await settle();
    clock.advance(3_600_000);
    await settle();
    assert.deepEqual(
      said.filter(({ type }) => type === "run"),
      [{ type: "run", n: 2 }],
    );
    assert.deepEqual(heard, []);
    run.settled(2, done("scanned"));
    run.settled(1, { state: "failed", error: { code: "answered", message: "no" } });
    await settle();
    assert.deepEqual(heard, ["2 done", "1 answered"]);
  });

  it("takes an answer that comes before the playbook, executed again, has started it", async () => {
    const { run, start, heard } = open({ journal: [kept(question, 1, 0)] });
    run.settled(1, done("yes"));
    start(question);
    await settle();
    assert.deepEqual(heard, ["1 done"]);
  });

  it("takes no second answer", async () => {
    const { run, start, said, heard } = open();
    start(question);
    start(action);
    await settle();
    run.settled(1, done("yes"));
    run.settled(1, done("no"));
    await settle();
    assert.deepEqual(heard, ["1 done"]);
    assert.equal(said.filter(({ type }) => type === "ended").length, 1);
  });
});

describe("a step that is aborted", () => {
  it("never begins when its start is not kept yet, and ends as aborted", async () => {
    const { run, start, jobs, said, heard } = open({ byHand: true });
    start(action);
    run.abort(1);
    await settle();
    run.startsKept(1);
    await settle();
    assert.equal(jobs.size, 0);
    assert.deepEqual(said.at(-1), {
      type: "ended",
      ends: [
        { n: 1, result: { state: "failed", error: { code: "aborted", message: "the playbook wants it no longer" } } },
      ],
    });
    run.endsKept([1]);
    await settle();
    assert.deepEqual(heard, ["1 aborted"]);
  });

  it("ends at once when it only waits, once its end is kept", async () => {
    const { run, start, heard } = open({ byHand: true });
    start(question);
    start(wait(60_000));
    await settle();
    run.startsKept(2);
    run.abort(2);
    run.abort(1);
    await settle();
    assert.deepEqual(heard, []);
    run.endsKept([2, 1]);
    await settle();
    assert.deepEqual(heard, ["2 aborted", "1 aborted"]);
  });

  it("ends as whoever executes it ends it: as aborted, unless it was done by then", async () => {
    const { run, start, jobs, abortedJobs, said, heard } = open();
    start(action);
    start(action);
    start(scan);
    await settle();
    for (const n of [1, 2, 3]) run.abort(n);
    run.abort(1);
    await settle();
    assert.deepEqual(abortedJobs, [1, 2]);
    assert.deepEqual(
      said.filter(({ type }) => type === "abort"),
      [{ type: "abort", n: 3 }],
    );
    jobs.get(1)?.settled({ state: "failed", error: { code: "threw", message: "AbortError" } });
    jobs.get(2)?.settled(done("blocked"));
    run.settled(3, { state: "failed", error: { code: "threw", message: "stopped" } });
    await settle();
    assert.deepEqual(heard, ["1 aborted", "2 done", "3 aborted"]);
  });

  it("keeps the end that it had in an earlier execution", async () => {
    const ended = { ...kept(action, 1, 0), end: { order: 1, result: done("blocked") } };
    const { run, start, said, heard } = open({ journal: [ended] });
    start(action);
    run.abort(1);
    await settle();
    assert.deepEqual(heard, ["1 done"]);
    assert.deepEqual(said, []);
  });
});

describe("a run that waits", () => {
  it("says until when, once only persons and time can let it go on", async () => {
    const { start, clock, end } = open();
    start(question);
    start(wait(60_000));
    start(wait(30_000));
    assert.equal(await end(), `waits ${clock.wallMs() + 30_000}`);
  });

  it("waits without an end for a person alone", async () => {
    const { start, end } = open();
    start(question);
    assert.equal(await end(), "waits undefined");
  });

  it("goes on for a timer that ends within two seconds, and waits when that was heard of", async () => {
    const { start, clock, end, heard } = open();
    start(question);
    start(wait(1_999));
    assert.equal(await end(), undefined);
    clock.advance(1_999);
    assert.equal(await end(), "waits undefined");
    assert.deepEqual(heard, ["2 done"]);
  });

  for (const [what, request] of [
    ["a thread", action],
    ["its node", scan],
  ] as const) {
    it(`does not while ${what} executes a step, and does when that has ended and was heard of`, async () => {
      const { run, start, jobs, end, heard } = open();
      start(question);
      start(request);
      assert.equal(await end(), undefined);
      if (request.by === "thread") jobs.get(2)?.settled(done(""));
      else run.settled(2, done(""));
      assert.equal(await end(), "waits undefined");
      assert.deepEqual(heard, ["2 done"]);
    });
  }

  it("does not before what it started and what ended is kept", async () => {
    const { run, start, end } = open({ byHand: true });
    start(question);
    start(question);
    assert.equal(await end(), undefined);
    run.startsKept(1);
    assert.equal(await end(), undefined);
    run.abort(1);
    run.startsKept(2);
    assert.equal(await end(), undefined);
    run.endsKept([1]);
    assert.equal(await end(), "waits undefined");
  });

  it("does not before it has started again what it had started", async () => {
    const { start, end } = open({ journal: [kept(question, 1, 0), kept(question, 2, 0)] });
    start(question);
    assert.equal(await end(), undefined);
    start(question);
    assert.equal(await end(), "waits undefined");
  });

  it("ends what only waits when it fails", async () => {
    const { run, start, said, end } = open();
    start(question);
    start(wait(1_000));
    start(action);
    await settle();
    run.refuse("threw", "no");
    assert.equal(await end(), "failed");
    const ends = said.flatMap((message) => (message.type === "ended" ? message.ends : []));
    assert.deepEqual(
      ends.map(({ n, result }) => `${n} ${stateOf(result)}`),
      ["1 aborted", "2 aborted"],
    );
    assert.equal(run.unfinished.any, true, "the action may have effects");
  });
});
