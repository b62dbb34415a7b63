import assert from "node:assert/strict";
import {
  bundleEngine,
  BundleStore,
  scanProps,
  Scans,
  type ScanOptions,
  type ScanView,
} from "../../../src/actors/scan/index.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { packBundle, type RunOptions, type ScanOutcome } from "../../../src/engines/scan/index.ts";
import { ActorSystem } from "../../../src/kernel/index.ts";
import { openEmbeddedStore } from "../../../src/store/embedded/index.ts";
import type { Store } from "../../../src/store/index.ts";
import { CapturedLog } from "../../support/captured-log.ts";
import { settings, specOf } from "../../support/scan-node.ts";
import { startStoreThread } from "../../support/store-thread.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

const templates = 12;
const packed = packBundle(
  Array.from({ length: templates }, (_, n) => ({
    path: `t${n}.yaml`,
    content: Buffer.from(`id: t${n}
info: {name: t${n}, author: test, severity: low}
http:
  - method: GET
    path: ["{{BaseURL}}/${n}"]
    matchers:
      - {type: status, status: [200]}
`),
  })),
);

describe("scans of two nodes on one embedded store", function () {
  this.timeout(30_000);
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  /** Everyone has a handle of their own on the files, as processes have. */
  const open = async (directory: string): Promise<Store> => {
    const store = await openEmbeddedStore({ directory, clock: systemClock, startThread: startStoreThread });
    closing.push(() => store.close());
    return store;
  };

  const startNode = async (directory: string, name: string, sent: string[]): Promise<void> => {
    const store = await open(directory);
    const system = new ActorSystem({
      node: name,
      log: new CapturedLog().logger,
      clock: systemClock,
      random: systemRandom,
    });
    closing.push(async () => {
      await system.stop();
    });
    const space = store.space("scan");
    const bundles = new BundleStore(space, systemClock);
    const run = async (options: RunOptions): Promise<ScanOutcome> => {
      for (const { id } of options.templates) {
        await options.beforeRequest?.({ url: options.target, host: "", template: id });
        sent.push(`${options.target}${id}`);
      }
      const requests = { planned: options.templates.length, sent: options.templates.length, failed: 0, skipped: 0 };
      return {
        ...{ target: options.target, findings: [], droppedFindings: 0, errors: [], skippedHosts: [], aborted: false },
        requests: { ...requests, redirects: 0, retries: 0 },
      };
    };
    const runner = { run, close: () => Promise.resolve() };
    const engine = bundleEngine({ runner, bundles, clock: systemClock, subtaskRequests: 3 });
    system.spawn(scanProps({ space, engine, settings, owner: name, notify: () => undefined }), "scan");
  };

  it("each template of each scan is run once; what is paused waits, what is cancelled stays so", async () => {
    const directory = tempDir("scan-actors");
    closing.push(() => Promise.resolve(directory.remove()));
    const space = (await open(directory.path)).space("scan");
    await new BundleStore(space, systemClock).put(packed.hash, packed.bytes);
    const scans = new Scans(space, systemClock);
    const options: Partial<ScanOptions> = { rateLimit: 200 };
    const submit = (id: string) => scans.submit(id, { ...specOf(id, options), bundle: packed.hash });
    await submit("paused");
    await scans.pause("paused");
    await submit("cancelled");
    await scans.cancel("cancelled");
    const sent: string[] = [];
    for (const name of ["n1", "n2"]) await startNode(directory.path, name, sent);
    for (let n = 0; n < 5; n += 1) await submit(`s${n}`);
    let views: readonly ScanView[] = [];
    const done = async (count: number): Promise<boolean> => {
      views = (await scans.list()).rows;
      return views.filter(({ state }) => state === "done").length === count;
    };
    await until(
      () => done(5),
      () => views,
      15_000,
    );
    assert.ok(sent.every((request) => request.startsWith("http://s")));
    await scans.resume("paused");
    await until(
      () => done(6),
      () => views,
      15_000,
    );
    assert.equal(sent.length, 6 * templates);
    assert.equal(new Set(sent).size, 6 * templates);
    const cancelled = await scans.get("cancelled");
    assert.equal(cancelled?.state, "cancelled");
    for (const view of views.filter(({ state }) => state === "done")) {
      assert.deepEqual([view.endedRequests, view.summary?.complete, view.subtasks.done], [templates, true, 4]);
    }
  });
});
