import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Verdicts, type Digest, type VerdictView } from "../../../../src/actors/detect/index.ts";
import type { Space } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { TestCentre, TestRelay, black, offer, sha256Of, white } from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";

const digest = (algorithm: Digest["algorithm"], text: string): Digest => ({
  algorithm,
  hex: createHash(algorithm).update(text).digest("hex"),
});

/** As an object that can be spread. */
const spaceOf = (space: Space): Space => ({
  name: space.name,
  queue: space.queue,
  groups: space.groups,
  records: space.records,
  leases: space.leases,
  limits: space.limits,
  commit: (guard, changes) => space.commit(guard, changes),
  revision: () => space.revision(),
  changed: (seen, timeoutMs) => space.changed(seen, timeoutMs),
});

describe("the verdict library", () => {
  let kernel: TestKernel;
  let centre: TestCentre;
  let relay: TestRelay;

  beforeEach(async () => {
    kernel = new TestKernel("seeded");
    const store = openMemoryStore(createMemoryDatabase({ clock: kernel.clock }));
    centre = await TestCentre.open(store, kernel.clock, { settings: { missingGraceMs: 100, retainMs: 30_000 } });
    centre.start(kernel.system);
    const taskTypes = ["sample-file", "log-data"] as const;
    relay = new TestRelay(centre.desk, [offer("digest", { taskTypes }), offer("yara", { taskTypes })]);
    await relay.announce();
  });

  afterEach(async () => {
    await kernel.complete(kernel.system.stop());
    centre.folder.remove();
  });

  const check = (digests: readonly Digest[], scan = false): Promise<readonly VerdictView[]> =>
    centre.verdicts.check(digests, { scan, source: "a test" });

  const decide = async (text: string, trust: "white" | "black", taskType = "sample-file" as const): Promise<void> => {
    await centre.submit(text, { taskType });
    await relay.work(() => (trust === "black" ? black : white));
    await kernel.advance(500);
  };

  it("answers SHA-256, MD5 and SHA-1 in the order asked; a miss is unknown (AV-2, AV-10, AV-12)", async () => {
    await decide("bad", "black");
    await decide("good", "white");
    const views = await check([
      digest("md5", "bad"),
      digest("sha256", "nobody knows"),
      digest("sha1", "good"),
      digest("md5", "nobody knows"),
      digest("sha256", "bad"),
    ]);
    assert.deepEqual(
      views.map(({ sha256, state, decision, sampleHere }) => [sha256, state, decision?.trust, sampleHere]),
      [
        [sha256Of("bad"), "decided", "black", true],
        [sha256Of("nobody knows"), "unknown", undefined, false],
        [sha256Of("good"), "decided", "white", true],
        ["", "unknown", undefined, false],
        [sha256Of("bad"), "decided", "black", true],
      ],
    );
    assert.equal(centre.decisions.size, 2, "nothing was scanned for it");
  });

  it("of several objects with one MD5 the worst is told, and that they share it", async () => {
    await decide("bad", "black");
    await decide("good", "white");
    const { hex } = digest("md5", "good");
    const put = { type: "put", key: `alias/md5/${hex}`, value: [sha256Of("good"), sha256Of("bad")] } as const;
    await centre.space.commit(undefined, [put]);
    const [view] = await check([{ algorithm: "md5", hex }]);
    assert.deepEqual([view?.decision?.trust, view?.sharedBy], ["black", 2]);
    const many = Array.from({ length: 17 }, (_, at) => sha256Of(String(at)));
    await centre.space.commit(undefined, [{ ...put, value: many }]);
    assert.deepEqual(await check([{ algorithm: "md5", hex }]), [
      { sha256: "", state: "unknown", sampleHere: false, sharedBy: 17 },
    ]);
  });

  it("an object that is white as a file is not told as white while it is looked at as a log", async () => {
    await decide("either", "white");
    const { taskId } = await centre.submit("either", { taskType: "log-data" });
    const told = async () => {
      const [view] = await check([digest("sha256", "either")]);
      return [view?.state, view?.decision?.trust, view?.taskType, view?.taskId];
    };
    assert.deepEqual(await told(), ["refreshing", undefined, "log-data", taskId]);
    await relay.work(() => black);
    await kernel.advance(500);
    assert.deepEqual(await told(), ["decided", "black", "log-data", taskId]);
  });

  it("an object that is black as a file is told as black while it is looked at as a log", async () => {
    await decide("either", "black");
    await centre.submit("either", { taskType: "log-data" });
    const view = await centre.verdict(sha256Of("either"));
    assert.deepEqual([view.state, view.decision?.trust, view.taskType], ["decided", "black", "sample-file"]);
  });

  it("an object that is black as a file does not become white as a log", async () => {
    await decide("bad", "black");
    await centre.submit("bad", { taskType: "log-data" });
    await relay.work(() => white);
    await kernel.advance(500);
    const [view] = await check([digest("sha256", "bad")]);
    assert.deepEqual([view?.decision?.trust, view?.taskType], ["black", "sample-file"]);
    const { rows } = await centre.verdicts.history(sha256Of("bad"));
    assert.deepEqual(
      rows.map(({ taskType, decision }) => [taskType, decision.trust]),
      [
        ["log-data", "white"],
        ["sample-file", "black"],
      ],
    );
    assert.deepEqual((await centre.verdicts.history(sha256Of("bad"), { limit: 1 })).rows.length, 1);
  });

  it("a version is whatever a relay takes from its detectors", async () => {
    const other = new TestRelay(centre.desk, [offer("sandbox", { engineVersion: "2.4 – α", signatureVersion: "…" })]);
    await other.announce();
    await centre.submit("new");
    assert.equal((await other.fetch()).length, 1);
  });

  it("scans where the sample is here and no verdict holds, only if told to (AV-12)", async () => {
    await decide("bad", "white");
    await centre.space.commit(undefined, [{ type: "delete", key: `verdict/${sha256Of("bad")}` }]);
    const asked = [digest("sha256", "bad"), digest("sha256", "not here")];
    assert.deepEqual(
      (await check(asked)).map(({ state, sampleHere }) => [state, sampleHere]),
      [
        ["unknown", true],
        ["unknown", false],
      ],
    );
    assert.equal((await relay.fetch()).length, 0);
    assert.deepEqual(
      (await check(asked, true)).map(({ state }) => state),
      ["pending", "unknown"],
    );
    assert.equal(await relay.work(() => black), 2);
    await kernel.advance(500);
    assert.equal((await check(asked))[0]?.decision?.trust, "black");
  });

  it("the answers that are told are those that the decision was made from, also when another is made meanwhile", async () => {
    await decide("bad", "white");
    let again: (() => Promise<void>) | undefined = async () => {
      again = undefined;
      relay.kinds = relay.kinds.map((kind) => ({ ...kind, signatureVersion: "2" }));
      await relay.announce();
      await kernel.advance(500);
      await relay.work(() => black);
      await kernel.advance(500);
    };
    const { space } = centre.setup;
    const records: Space["records"] = {
      get: async (key) => {
        if (key.startsWith("verdict-detail/")) await again?.();
        return space.records.get(key);
      },
      getMany: (keys) => space.records.getMany(keys),
      list: (prefix, page) => space.records.list(prefix, page),
    };
    const verdicts = new Verdicts({ ...centre.setup, space: { ...spaceOf(space), records } });
    const { decision, detail } = await verdicts.get({ algorithm: "sha256", hex: sha256Of("bad") });
    assert.equal(again, undefined);
    assert.deepEqual(
      detail?.answers.map(({ result }) => result.outcome === "verdict" && result.trust),
      [decision?.trust, decision?.trust],
    );
  });

  it("who watches is told each state once, and the decision last", async () => {
    const { sha256 } = await centre.submit("bad");
    const seen: VerdictView[] = [];
    const watching = (async () => {
      for await (const view of centre.verdicts.watch(sha256, new AbortController().signal)) seen.push(view);
    })();
    await kernel.advance(5_000);
    await relay.work(() => black);
    await kernel.advance(2_000);
    await watching;
    assert.deepEqual(
      seen.map(({ state }) => state),
      ["pending", "decided"],
    );
    assert.deepEqual(seen.at(-1)?.detail?.answers.length, 2);
    const none: VerdictView[] = [];
    for await (const view of centre.verdicts.watch(sha256Of("none"), new AbortController().signal)) none.push(view);
    assert.deepEqual(
      none.map(({ state }) => state),
      ["unknown"],
    );
  });

  it("who watches is not told that nothing is known while a verdict that was old when it was made is made anew", async () => {
    const { sha256 } = await centre.submit("bad");
    const seen: VerdictView[] = [];
    const watching = (async () => {
      for await (const view of centre.verdicts.watch(sha256, new AbortController().signal)) seen.push(view);
    })();
    const tasks = await relay.fetch();
    const taskTypes = ["sample-file", "log-data"] as const;
    const newer = new TestRelay(
      centre.desk,
      [offer("digest", { taskTypes }), offer("yara", { taskTypes, signatureVersion: "2" })],
      "h2",
    );
    await newer.announce();
    await relay.answer(tasks, () => white);
    for (let passedMs = 0; passedMs < 4_000; passedMs += 500) {
      await kernel.advance(500);
      await newer.work(() => black);
    }
    await watching;
    assert.deepEqual([seen.at(-1)?.state, seen.at(-1)?.decision?.trust], ["decided", "black"]);
  });

  it("who watches an object that nobody looks at is told so by and by", async () => {
    await centre.submit("bad");
    await relay.work(() => white);
    await kernel.advance(500);
    const views: VerdictView[] = [];
    // Its verdict does not hold any more, and without the actors nobody makes another.
    await kernel.complete(kernel.system.stop());
    relay.kinds = relay.kinds.map((kind) => ({ ...kind, signatureVersion: "2" }));
    await relay.announce();
    let over = false;
    const watching = (async () => {
      for await (const view of centre.verdicts.watch(sha256Of("bad"), new AbortController().signal)) views.push(view);
      over = true;
    })();
    for (let passedMs = 0; passedMs < 8_000; passedMs += 500) await kernel.advance(500);
    assert.ok(over);
    await watching;
    assert.deepEqual(
      views.map(({ state }) => state),
      ["unknown"],
    );
  });

  it("keeps verdicts for as long as it is told, and no longer", async () => {
    await decide("bad", "black");
    await kernel.advance(28_000);
    assert.equal((await check([digest("md5", "bad")]))[0]?.state, "decided");
    await kernel.advance(3_000);
    assert.equal((await check([digest("sha256", "bad")]))[0]?.state, "unknown");
    assert.deepEqual((await centre.verdicts.history(sha256Of("bad"))).rows, []);
  });

  it("refuses what is no digest, and too many of them", async () => {
    const bad = { algorithm: "md5", hex: sha256Of("x") } as const;
    await assert.rejects(check([digest("sha1", "x"), bad]), { code: "invalid", message: /digests\[1\].*32/ });
    await assert.rejects(check([{ algorithm: "sha256", hex: sha256Of("x").toUpperCase() }]), { code: "invalid" });
    const many = Array.from({ length: 1_001 }, () => digest("sha256", "x"));
    await assert.rejects(check(many), { code: "invalid", message: /1000/ });
  });
});
