import assert from "node:assert/strict";
import type { FetchedTask } from "../../../../src/actors/detect/index.ts";
import { versionHash } from "../../../../src/actors/detect/records/offers-record.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import {
  TestCentre,
  TestRelay,
  black,
  offer,
  sha256Of,
  white,
  type CentreOptions,
} from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";
import { until } from "../../../support/until.ts";

describe("decisions of the detection centre", function () {
  this.timeout(10_000);
  let kernel: TestKernel;
  let centre: TestCentre;

  const open = async (options: CentreOptions = {}): Promise<void> => {
    kernel = new TestKernel("seeded");
    const store = openMemoryStore(createMemoryDatabase({ clock: kernel.clock }));
    centre = await TestCentre.open(store, kernel.clock, options);
    centre.start(kernel.system);
  };

  afterEach(async () => {
    await kernel.complete(kernel.system.stop());
    centre.folder.remove();
  });

  /** Time goes on while a relay lives and keeps its claims. */
  const live = async (ms: number, relay: TestRelay, tasks: readonly FetchedTask[] = []): Promise<void> => {
    for (let leftMs = ms; leftMs > 0; leftMs -= 8_000) {
      await relay.announce();
      await centre.desk.extend(relay.identity, tasks.map(claimOf));
      await kernel.advance(Math.min(leftMs, 8_000));
    }
  };

  const kindsOf = async (sha256: string) =>
    (await centre.verdict(sha256)).decision?.missing.map(({ kind, reasons }) => [kind, ...reasons]);

  it("tells a relay which detectors of its host have answered a task, also after the relay began again", async () => {
    await open({ settings: { require: [{ taskType: "sample-file", kind: "yara", count: 3 }] } });
    const kinds = [offer("yara", { detectors: 2 })];
    const [before, other] = [new TestRelay(centre.desk, kinds, "h1"), new TestRelay(centre.desk, kinds, "h2")];
    for (const relay of [before, other]) await relay.announce();
    await centre.submit("text");
    const [first, ...rest] = await before.fetch();
    assert.ok(first !== undefined);
    assert.deepEqual(first.answeredBy, []);
    await before.answer([first], () => white);
    for (const task of rest) await before.giveBack(task, "returned", "the relay ends");
    await kernel.advance(1_000);
    const [second] = await other.fetch(1);
    assert.ok(second !== undefined);
    assert.deepEqual(second.answeredBy, [], "it is of another host");
    await other.answer([second], () => white);
    const after = new TestRelay(centre.desk, kinds, "h1", "i2");
    await after.announce();
    assert.deepEqual(
      (await after.fetch()).map(({ answeredBy }) => answeredBy),
      [[`yara-${first.nth}`]],
    );
  });

  it("tells a relay of which version a detector has to be, where its host has several", async () => {
    const [older, newer] = [offer("yara"), offer("yara", { signatureVersion: "2" })];
    await open();
    const relay = new TestRelay(centre.desk, [older, newer]);
    for (const kinds of [[older], [older, newer]]) {
      relay.kinds = kinds;
      await relay.announce();
    }
    await centre.submit("text");
    assert.deepEqual(
      (await relay.fetch()).map(({ version }) => version),
      [versionHash(newer)],
    );
  });

  it("13 white and 2 suspected-white of kinds a, b, c × 5 on two hosts are white, as log data (RELAY-21)", async () => {
    const require = ["a", "b", "c"].map((kind) => ({ taskType: "log-data", kind, count: 5 }) as const);
    await open({ settings: { require } });
    const kinds = ["a", "b", "c"].map((kind) => offer(kind, { taskTypes: ["log-data"], detectors: 3 }));
    const relays = [new TestRelay(centre.desk, kinds, "h1"), new TestRelay(centre.desk, kinds, "h2")];
    for (const relay of relays) await relay.announce();
    const { sha256 } = await centre.submit("GET /index.html", { taskType: "log-data" });
    let suspected = 2;
    for (const relay of relays) {
      await relay.answer(await relay.fetch(3), () =>
        suspected-- > 0 ? { outcome: "verdict", trust: "suspected-white", names: [] } : white,
      );
    }
    await kernel.advance(2_000);
    const { state, decision, detail } = await centre.verdict(sha256);
    assert.equal(state, "decided");
    assert.deepEqual(decision, { trust: "white", reputation: 0, degraded: false, missing: [] });
    assert.equal(detail?.answers.length, 15);
    assert.deepEqual(new Set(detail.answers.map(({ host }) => host)), new Set(["h1", "h2"]));
  });

  it("decides at the deadline from what is there: degraded, the missing kind named, not white", async () => {
    await open({ settings: { deadlineMs: 60_000 } });
    const relay = new TestRelay(centre.desk, [offer("digest"), offer("yara"), offer("clamav")]);
    await relay.announce();
    const { sha256 } = await centre.submit("hello");
    const tasks = await relay.fetch();
    assert.equal(tasks.length, 3);
    const [late] = tasks.filter(({ kind }) => kind === "clamav");
    await relay.answer(
      tasks.filter((task) => task !== late),
      () => white,
    );
    assert.ok(late !== undefined);
    await live(59_000, relay, [late]);
    assert.equal((await centre.verdict(sha256)).state, "pending");
    await live(3_000, relay, [late]);
    const { state, decision } = await centre.verdict(sha256);
    assert.equal(state, "decided");
    assert.equal(decision?.degraded, true);
    assert.notEqual(decision.trust, "white");
    assert.deepEqual(await kindsOf(sha256), [["clamav", "clamav: timeout: no answer before the deadline of the task"]]);
    assert.deepEqual(await relay.answer([late], () => black), [claimOf(late)], "too late: it is lost");
    assert.equal((await centre.verdict(sha256)).decision?.trust, decision.trust);
  });

  it("a configured kind that no live host offers is given up after the grace", async () => {
    const require = ["digest", "yara", "clamav"].map((kind) => ({ taskType: "sample-file", kind }) as const);
    await open({ settings: { require } });
    const relay = new TestRelay(centre.desk, [offer("digest"), offer("yara")]);
    await relay.announce();
    const { sha256 } = await centre.submit("hello");
    assert.equal(await relay.work(() => white), 2);
    await kernel.advance(4_000);
    assert.equal((await centre.verdict(sha256)).state, "pending");
    await relay.announce();
    await kernel.advance(3_000);
    assert.deepEqual(await kindsOf(sha256), [["clamav", "clamav: unavailable: no live host offers clamav"]]);
  });

  it("a relay that dies with its claims loses them; without another host its kinds are missing", async () => {
    await open();
    const relay = new TestRelay(centre.desk, [offer("digest"), offer("yara")]);
    await relay.announce();
    const { sha256 } = await centre.submit("hello");
    const tasks = await relay.fetch();
    await relay.answer(
      tasks.filter(({ kind }) => kind === "digest"),
      () => black,
    );
    await kernel.advance(60_000);
    assert.deepEqual(await kindsOf(sha256), [["yara", "yara: unavailable: no live host offers yara"]]);
  });

  it("what kills its detectors five times is a missing kind", async () => {
    await open();
    const relay = new TestRelay(centre.desk, [offer("digest"), offer("yara")]);
    await relay.announce();
    const { sha256 } = await centre.submit("hello");
    for (let tries = 0; tries < 5; tries += 1) {
      for (const task of await relay.fetch()) {
        if (task.kind === "digest") await relay.answer([task], () => black);
        else await relay.giveBack(task, "failed", "yara-0 ended under the scan");
      }
      await kernel.advance(1_000);
      await relay.announce();
    }
    assert.deepEqual(await kindsOf(sha256), [["yara", "yara: crashed: yara-0 ended under the scan"]]);
  });

  it("gives up what no different detector is there for, and only that", async () => {
    await open({ settings: { require: [{ taskType: "sample-file", kind: "yara", count: 3 }] } });
    const relay = new TestRelay(centre.desk, [offer("yara", { detectors: 2 })]);
    await relay.announce();
    const { sha256 } = await centre.submit("hello");
    const tasks = await relay.fetch();
    assert.equal(tasks.length, 3);
    for (const task of tasks.slice(2)) await relay.giveBack(task, "returned", "no other detector");
    await kernel.advance(4_000);
    await relay.announce();
    await kernel.advance(4_000);
    await relay.announce();
    assert.equal((await centre.verdict(sha256)).state, "pending", "two are at work");
    await relay.answer(tasks.slice(0, 2), () => black);
    await kernel.advance(4_000);
    const { decision } = await centre.verdict(sha256);
    assert.equal(decision?.trust, "black");
    const missing = decision.missing.find(({ kind }) => kind === "yara");
    assert.deepEqual(missing?.reasons, [
      "yara: unavailable: 3 different detectors of kind yara are required, and 2 live",
    ]);
  });

  it("names a kind that cannot start, with the reason, and waits no longer for it than for one that is not there", async () => {
    await open({
      settings: {
        require: [
          { taskType: "sample-file", kind: "digest" },
          { taskType: "sample-file", kind: "yara" },
        ],
      },
    });
    const problem = "exit code 1: there are no rules at /nonexistent";
    const relay = new TestRelay(centre.desk, [offer("digest"), offer("yara", { detectors: 0, problem })]);
    await relay.announce();
    const { sha256 } = await centre.submit("one");
    await relay.work(() => white);
    await kernel.advance(7_000);
    await relay.announce();
    await kernel.advance(2_000);
    const { decision } = await centre.verdict(sha256);
    assert.equal(decision?.degraded, true);
    assert.deepEqual(
      decision.missing.map(({ kind, reasons }) => [kind, reasons]),
      [["yara", [`yara: unavailable: it cannot scan: ${problem}`]]],
    );
    // What lacks it is made anew as soon as it can scan.
    const back = new TestRelay(centre.desk, [offer("digest"), offer("yara")]);
    await back.announce();
    await kernel.advance(2_000);
    assert.equal(await back.work(() => white), 2);
    await kernel.advance(2_000);
    assert.equal((await centre.verdict(sha256)).decision?.degraded, false);
  });

  it("without any detector it is unknown and degraded, once the wait for one is over", async () => {
    await open();
    let submitted: string | undefined;
    void centre.submit("hello").then(({ sha256 }) => (submitted = sha256));
    // The file takes real time, the wait that of the test.
    const isSubmitted = async (): Promise<boolean> => {
      await kernel.advance(500);
      return submitted !== undefined;
    };
    await until(isSubmitted, () => centre.events);
    await kernel.advance(2_000);
    const { state, decision } = await centre.verdict(submitted ?? "");
    assert.equal(state, "decided");
    assert.equal(decision?.trust, "unknown");
    assert.equal(decision.degraded, true);
  });

  it("a summary said again changes nothing, and is not called lost; one under a lost claim is", async () => {
    await open();
    const relay = new TestRelay(centre.desk, [offer("digest"), offer("yara")]);
    await relay.announce();
    const { sha256 } = await centre.submit("hello");
    const tasks = await relay.fetch();
    const [digest, yara] = tasks;
    assert.ok(digest !== undefined && yara !== undefined);
    assert.deepEqual(await relay.answer([digest], () => black), []);
    assert.deepEqual(await relay.answer([digest], () => white), []);
    await live(31_000, relay);
    const [again] = await relay.fetch();
    assert.equal(again?.kind, yara.kind);
    assert.deepEqual(await relay.answer([yara], () => white), [claimOf(yara)]);
    await relay.answer([again], () => black);
    await kernel.advance(1_000);
    assert.equal((await centre.verdict(sha256)).decision?.trust, "black");
    assert.deepEqual([...centre.decisions.values()], [1]);
  });

  it("refuses what a relay says under the claim of another one, by its name, and counts it", async () => {
    await open();
    const kinds = [offer("digest"), offer("yara")];
    const relay = new TestRelay(centre.desk, kinds);
    const others = [new TestRelay(centre.desk, kinds, "h2"), new TestRelay(centre.desk, kinds, "h1", "i2")];
    await relay.announce();
    const { sha256 } = await centre.submit("hello");
    const tasks = await relay.fetch();
    const [digest, yara] = tasks;
    assert.ok(digest !== undefined && yara !== undefined);
    for (const other of others) {
      // Both the token of a claim of its own and that of a claim which nobody has yet are easy to guess.
      const message = new RegExp(`claims of another relay: ${digest.taskId}/digest/0`);
      await assert.rejects(
        other.answer([digest, yara], () => white),
        { code: "invalid", message },
      );
      await assert.rejects(other.giveBack(digest, "failed", "no"), { code: "invalid", message });
      await assert.rejects(centre.desk.extend(other.identity, [claimOf(digest)]), { code: "invalid", message });
      const next: FetchedTask = { ...digest, token: yara.token + 1 };
      assert.deepEqual(await other.answer([next], () => white), [claimOf(next)]);
    }
    assert.equal(centre.events.filter(({ type }) => type === "foreign-claim").length, 6);
    assert.deepEqual(await centre.desk.extend(relay.identity, tasks.map(claimOf)), []);
    await relay.answer(tasks, () => black);
    await kernel.advance(500);
    const { decision, detail } = await centre.verdict(sha256);
    assert.equal(decision?.trust, "black");
    assert.deepEqual(new Set(detail?.answers.map(({ host }) => host)), new Set(["h1"]));
  });

  it("one task an object and type: who asks meanwhile joins it, and all are told (AV-15, AV-8)", async () => {
    await open();
    const relay = new TestRelay(centre.desk, [offer("digest"), offer("yara")]);
    await relay.announce();
    const submitted = await Promise.all(
      Array.from({ length: 20 }, (_, at) => centre.submit("hello", { callbackUrl: `http://127.0.0.1/${at % 10}` })),
    );
    assert.equal(new Set(submitted.map(({ taskId }) => taskId)).size, 1);
    assert.equal(submitted.filter(({ known }) => !known).length, 1);
    assert.equal(await relay.work(() => black), 2);
    await kernel.advance(1_000);
    assert.deepEqual(
      centre.callbacks.map(({ url }) => url).toSorted(),
      Array.from({ length: 10 }, (_, at) => `http://127.0.0.1/${at}`),
    );
    assert.ok(centre.callbacks.every(({ verdict }) => verdict.decision?.trust === "black"));
    const { known } = await centre.submit("hello", { callbackUrl: "http://127.0.0.1/late" });
    assert.ok(known);
    await kernel.advance(1_000);
    assert.equal(centre.callbacks.at(-1)?.url, "http://127.0.0.1/late");
  });

  it("an address that does not answer is not named in what is kept of it: it may hold a secret", async () => {
    await open({
      // As one that takes the connection and then says nothing.
      sendCallback: (_callback, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true }),
        ),
    });
    const relay = new TestRelay(centre.desk, [offer("digest"), offer("yara")]);
    await relay.announce();
    const callbackUrl = "http://user:password@127.0.0.1/hook?token=secret";
    const { taskId } = await centre.submit("hello", { callbackUrl });
    await relay.work(() => black);
    await kernel.advance(25_000);
    const item = await centre.space.queue.get("callback", `${taskId}/${sha256Of(callbackUrl).slice(0, 16)}`);
    assert.match(item?.lastError ?? "", /127\.0\.0\.1 has not answered within/);
    assert.doesNotMatch(item?.lastError ?? "", /password|secret/);
  });

  it("a callback that is not taken is tried five times", async () => {
    let tries = 0;
    await open({
      sendCallback: () => {
        tries += 1;
        return Promise.reject(new Error("refused"));
      },
    });
    const relay = new TestRelay(centre.desk, [offer("digest"), offer("yara")]);
    await relay.announce();
    await centre.submit("hello", { callbackUrl: "http://127.0.0.1/" });
    await relay.work(() => black);
    await kernel.advance(60_000);
    assert.equal(tries, 5);
    assert.equal((await centre.space.queue.counts("callback")).dead, 1);
  });

  it("skips detectors that could not change the verdict, if told to: not degraded by that (AV-13)", async () => {
    await open({ settings: { rule: { type: "any", quorum: 0 }, skipUseless: true } });
    const relay = new TestRelay(centre.desk, [offer("digest"), offer("yara"), offer("clamav")]);
    await relay.announce();
    const { sha256 } = await centre.submit("hello");
    const wanted = [{ kind: "digest", taskTypes: ["sample-file"], count: 1 }] as const;
    const [first] = await centre.desk.fetchTasks(relay.identity, wanted);
    assert.ok(first !== undefined);
    await relay.answer([first], () => black);
    await kernel.advance(500);
    const { state, decision, detail } = await centre.verdict(sha256);
    assert.deepEqual([state, decision?.trust, decision?.degraded], ["decided", "black", false]);
    assert.deepEqual(
      detail?.answers.map(({ kind }) => kind),
      ["digest"],
    );
    assert.equal((await relay.fetch()).length, 0);
    await centre.submit("other");
    const [other] = await centre.desk.fetchTasks(relay.identity, wanted);
    assert.ok(other !== undefined);
    await relay.answer([other], () => white);
    assert.equal((await relay.fetch()).length, 2, "others could still find something");
  });

  it("gives only executions of the tasks that are named (RELAY-12)", async () => {
    await open({ settings: { require: [{ taskType: "sample-file", kind: "yara", count: 2 }] } });
    const relay = new TestRelay(centre.desk, [offer("yara", { detectors: 2 })]);
    await relay.announce();
    await centre.submit("hello");
    const { taskId } = await centre.submit("other");
    const wanted = [{ kind: "yara", taskTypes: ["sample-file"], count: 10 }] as const;
    const tasks = await centre.desk.fetchTasks(relay.identity, wanted, [taskId, `t-${"0".repeat(32)}`]);
    assert.deepEqual(
      tasks.map((task) => [task.taskId, task.nth]),
      [
        [taskId, 0],
        [taskId, 1],
      ],
    );
    const none = await centre.desk.fetchTasks(relay.identity, wanted, []);
    assert.deepEqual(none, []);
  });

  it("refuses what is not as it has to be, naming the place", async () => {
    await open();
    const relay = new TestRelay(centre.desk, [offer("digest"), offer("yara")]);
    await relay.announce();
    await centre.submit("hello");
    const [task] = await relay.fetch();
    assert.ok(task !== undefined);
    const { identity } = relay;
    const claim = claimOf(task);
    const answer = { kind: "other", detector: "d", host: "h", engineVersion: "1", signatureVersion: "1", tookMs: 0 };
    const summary = (extra: object) => ({ taskId: task.taskId, answers: [], givenBack: [], ...extra });
    const refused = [
      [() => centre.desk.announce({ ...identity, host: "a/b" }, []), /relay\.host/],
      [() => centre.desk.announce(identity, [offer("Bad Kind")]), /kinds\.0\.kind/],
      [() => centre.desk.extend(identity, [{ ...claim, nth: -1 }]), /claims\.0\.nth/],
      [
        () => centre.desk.report(identity, [summary({ answers: [{ claim, answer: { ...answer, result: black } }] })]),
        /kind other/,
      ],
      [
        () =>
          centre.desk.report(identity, [
            summary({ givenBack: [{ claim, reason: "failed", delayMs: -1, message: "" }] }),
          ]),
        /delayMs/,
      ],
    ] as const;
    for (const [call, message] of refused) await assert.rejects(call(), { code: "invalid", message });
  });
});

const claimOf = ({ taskId, kind, nth, token }: FetchedTask) => ({ taskId, kind, nth, token });
