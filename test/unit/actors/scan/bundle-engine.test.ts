import assert from "node:assert/strict";
import { bundleEngine, BundleStore, type ScanSubtask } from "../../../../src/actors/scan/index.ts";
import { LoadedBundles } from "../../../../src/actors/scan/bundles/loaded-bundles.ts";
import { systemClock } from "../../../../src/base/clock.ts";
import {
  packBundle,
  type PackedBundle,
  type RunOptions,
  type ScanOutcome,
} from "../../../../src/engines/scan/index.ts";
import { StoreError, type Space } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore, type Carry } from "../../../../src/store/memory/index.ts";
import { specOf } from "../../../support/scan-node.ts";

const template = (id: string, paths: number): string => `id: ${id}
info: {name: ${id}, author: test, severity: low}
http:
  - method: GET
    path: [${Array.from({ length: paths }, (_, at) => `"{{BaseURL}}/${id}/${at}"`).join(", ")}]
    matchers:
      - {type: status, status: [200]}
`;
const pack = (templates: Readonly<Record<string, number>>): PackedBundle =>
  packBundle(
    Object.entries(templates).map(([id, paths]) => ({ path: `${id}.yaml`, content: Buffer.from(template(id, paths)) })),
  );

describe("the engine that runs scans of any bundle", () => {
  let space: Space;
  let bundles: BundleStore;
  let calls: number;
  let down: boolean;
  let ran: RunOptions[];
  beforeEach(() => {
    [calls, down, ran] = [0, false, []];
    const carry: Carry = async (run) => {
      calls += 1;
      if (down) throw new StoreError("deadline", "no answer", { retryable: true });
      return Promise.resolve(run());
    };
    space = openMemoryStore(createMemoryDatabase({ clock: systemClock }), carry).space("scan");
    bundles = new BundleStore(space, systemClock);
  });

  const put = async (templates: Readonly<Record<string, number>>): Promise<PackedBundle> => {
    const packed = pack(templates);
    await bundles.put(packed.hash, packed.bytes);
    return packed;
  };
  const engine = (subtaskRequests = 4): ReturnType<typeof bundleEngine> =>
    bundleEngine({
      ...{ bundles, clock: systemClock, subtaskRequests },
      runner: {
        run: (options): Promise<ScanOutcome> => {
          ran.push(options);
          const planned = options.templates.reduce((sum, { requestCount }) => sum + requestCount, 0);
          return Promise.resolve({
            ...{ target: options.target, findings: [], droppedFindings: 1, errors: [], skippedHosts: [] },
            requests: { planned, sent: planned, failed: 0, skipped: 0, redirects: 0, retries: 0 },
            aborted: false,
          });
        },
        close: () => Promise.resolve(),
      },
    });
  const task = (bundle: string) => ({ ...specOf("a"), bundle, priority: 100 });
  const subtask = (bundle: string, templates: readonly string[]): ScanSubtask => ({
    ...{ ...task(bundle), taskId: "a", templates, requests: 1 },
    options: { ...specOf("a").options, retries: 2 },
  });
  const how = (oneAtATime: boolean) => ({
    ...{ signal: new AbortController().signal, oneAtATime },
    admit: () => Promise.resolve(),
  });

  it("cuts a bundle by the requests of its templates, in the order of their ids, and splits a part of it", async () => {
    const { hash } = await put({ c: 1, a: 3, b: 2, big: 9 });
    assert.deepEqual(await engine().decompose(task(hash)), [
      { templates: ["a"], requests: 3 },
      { templates: ["b"], requests: 2 },
      { templates: ["big"], requests: 9 },
      { templates: ["c"], requests: 1 },
    ]);
    assert.deepEqual(await engine(20).decompose(task(hash)), [{ templates: ["a", "b", "big", "c"], requests: 15 }]);
    assert.deepEqual(await engine().split(subtask(hash, ["a", "c"])), [
      { templates: ["a"], requests: 3 },
      { templates: ["c"], requests: 1 },
    ]);
  });

  it("keeps templates together that share their request, until their part is split again", async () => {
    const same = (id: string): string => template("shared", 1).replace("id: shared", `id: ${id}`);
    const files = { "a.yaml": same("a"), "b.yaml": template("b", 1), "c.yaml": same("c") };
    const packed = packBundle(Object.entries(files).map(([path, text]) => ({ path, content: Buffer.from(text) })));
    await bundles.put(packed.hash, packed.bytes);
    assert.deepEqual(await engine(2).decompose(task(packed.hash)), [{ templates: ["a", "c", "b"], requests: 2 }]);
    assert.deepEqual(await engine().split(subtask(packed.hash, ["a", "c", "b"])), [
      { templates: ["a", "c"], requests: 1 },
      { templates: ["b"], requests: 1 },
    ]);
    assert.deepEqual(await engine().split(subtask(packed.hash, ["a", "c"])), [
      { templates: ["a"], requests: 1 },
      { templates: ["c"], requests: 1 },
    ]);
  });

  it("hands the scan's options to the engine, and whether requests are counted", async () => {
    const { hash } = await put({ a: 3, b: 2 });
    const { droppedFindings } = await engine().run(subtask(hash, ["a", "b"]), how(false));
    await engine().run(subtask(hash, ["a", "b"]), how(true));
    assert.deepEqual(
      ran.map(({ templates, request, oneAtATime }) => [templates.length, request?.retries, oneAtATime]),
      [
        [2, 2, false],
        [2, 2, true],
      ],
    );
    assert.equal(droppedFindings, 1);
  });

  it("tells a bundle that is not there, one that is another, and a template that it does not have", async () => {
    const { hash } = await put({ a: 1 });
    await assert.rejects(engine().decompose(task("f".repeat(64))), { code: "bundle-unknown" });
    await bundles.put("e".repeat(64), pack({ a: 1 }).bytes);
    await assert.rejects(engine().decompose(task("e".repeat(64))), { code: "invalid-bundle" });
    await assert.rejects(engine().run(subtask(hash, ["z"]), how(false)), { code: "bundle-corrupt" });
  });

  it("loads a bundle once, however many ask for it, and tries again after a store that did not answer", async () => {
    const { hash } = await put({ a: 1 });
    const loaded = new LoadedBundles({ bundles, clock: systemClock });
    down = true;
    await assert.rejects(loaded.get(task(hash)), (error) => error instanceof StoreError && error.retryable);
    [down, calls] = [false, 0];
    const [first] = await Promise.all(Array.from({ length: 20 }, () => loaded.get(task(hash))));
    const once = calls;
    assert.equal(await loaded.get(task(hash)), first);
    assert.equal(calls, once);
    assert.ok(once <= 2, `${once} calls for a head and a chunk`);
  });

  it("keeps the bundles used last within a bound, whatever their size the latest one", async () => {
    const hashes: string[] = [];
    for (const id of ["a", "b", "c"]) hashes.push((await put({ [id]: 1 })).hash);
    const keptBytes = 2 * template("a", 1).length;
    const loaded = new LoadedBundles({ bundles, clock: systemClock, keptBytes });
    const loads = async (hash = ""): Promise<boolean> => {
      const before = calls;
      await loaded.get(task(hash));
      return calls > before;
    };
    const [a, b, c] = hashes;
    assert.deepEqual([await loads(a), await loads(b), await loads(a), await loads(c)], [true, true, false, true]);
    assert.deepEqual([await loads(a), await loads(c), await loads(b)], [false, false, true]);
    const small = new LoadedBundles({ bundles, clock: systemClock, keptBytes: 1 });
    await small.get(task(a ?? ""));
    calls = 0;
    await small.get(task(a ?? ""));
    assert.equal(calls, 0);
  });

  it("keeps a bounded number of bundles, however small they are", async () => {
    const loaded = new LoadedBundles({ bundles, clock: systemClock, mostKept: 5 });
    const hashes: string[] = [];
    for (let at = 0; at < 6; at += 1) hashes.push((await put({ [`t${at}`]: 1 })).hash);
    for (const hash of hashes) await loaded.get(task(hash));
    const loads = async (hash = ""): Promise<boolean> => {
      calls = 0;
      await loaded.get(task(hash));
      return calls > 0;
    };
    assert.deepEqual([await loads(hashes.at(-1)), await loads(hashes[0])], [false, true]);
  });
});
